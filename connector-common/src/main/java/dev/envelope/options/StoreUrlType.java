package dev.envelope.options;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The URL of a store; its scheme says which kind of store. */
record StoreUrlType() implements OptionType<StoreUrl> {
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);

  private static final RedisUrlType REDIS = new RedisUrlType();

  @Override
  public String label() {
    return "URL";
  }

  @Override
  public String allowed() {
    return REDIS.allowed()
        + "; or memcached://host:11211,host2:11211; or https://host for the hosted HTTP API";
  }

  @Override
  public String masked(String text) {
    return REDIS.masked(text);
  }

  @Override
  public StoreUrl parse(String text) throws BadValueException {
    Matcher url = SCHEME.matcher(text.strip());
    if (!url.matches()) {
      throw new BadValueException("is not a URL");
    }
    return switch (url.group(1).toLowerCase(Locale.ROOT)) {
      case "memcached" -> MemcachedUrl.parse(url.group(2));
      case "http", "https" -> HttpUrl.parse(text.strip());
      default -> REDIS.parse(text);
    };
  }

  @Override
  public String format(StoreUrl value) {
    return value instanceof RedisUrl redis ? REDIS.format(redis) : value.toString();
  }
}
