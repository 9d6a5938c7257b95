package dev.envelope.options;

import dev.envelope.options.RedisUrl.Kind;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of a Redis, in the spellings of Lettuce and of redis-py, which cachekit's own settings
 * are written in.
 *
 * <p>Parsed here, because the errors of the libraries' parsers repeat the text, password included.
 */
record RedisUrlType() implements OptionType<RedisUrl> {
  private static final int REDIS_PORT = 6379;
  private static final int SENTINEL_PORT = 26379;

  /** Scheme, then what is before a query and a fragment. */
  private static final Pattern URL =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://([^?#]*)(?:\\?([^#]*))?(?:#(.*))?");

  private record Scheme(Kind kind, boolean tls) {}

  private static final Map<String, Scheme> SCHEMES =
      Map.of(
          "redis", new Scheme(Kind.SERVER, false),
          "rediss", new Scheme(Kind.SERVER, true),
          "redis-socket", new Scheme(Kind.SOCKET, false),
          "redis+socket", new Scheme(Kind.SOCKET, false),
          "unix", new Scheme(Kind.SOCKET, false),
          "redis-sentinel", new Scheme(Kind.SENTINEL, false),
          "rediss-sentinel", new Scheme(Kind.SENTINEL, true));

  @Override
  public String label() {
    return "URL";
  }

  @Override
  public String allowed() {
    return "give redis://host:6379/0, rediss:// for TLS, redis-socket:///path/of/socket or"
        + " redis-sentinel://host:26379/0#master; a user and a password as user:password@ in front"
        + " of the host, with special characters percent-encoded";
  }

  /** Of a URL that is none, whatever is before a host may be a password. */
  @Override
  public String masked(String text) {
    return text.contains("://") ? text : text.replaceFirst("(?s).*@", "***@");
  }

  @Override
  public RedisUrl parse(String text) throws BadValueException {
    Matcher url = URL.matcher(text.strip());
    if (!url.matches()) {
      throw new BadValueException("is not a URL");
    }
    Scheme scheme = SCHEMES.get(url.group(1).toLowerCase(Locale.ROOT));
    if (scheme == null) {
      throw new BadValueException("has a scheme of no store that is read");
    }
    String rest = url.group(2);
    String username = null;
    String password = null;
    int at = scheme.kind() == Kind.SOCKET ? rest.indexOf('@') : rest.lastIndexOf('@');
    if (at >= 0) {
      String user = rest.substring(0, at);
      rest = rest.substring(at + 1);
      int colon = user.indexOf(':');
      // As in redis-py, a word without a colon is the user; ":word" is a password alone.
      username = emptyToNull(decode(colon < 0 ? user : user.substring(0, colon)));
      password = colon < 0 ? null : emptyToNull(decode(user.substring(colon + 1)));
    }
    Map<String, String> query = query(url.group(3));
    if (query.containsKey("username")) {
      username = emptyToNull(query.get("username"));
    }
    if (query.containsKey("password")) {
      password = emptyToNull(query.get("password"));
    }
    String database = query.getOrDefault("db", query.get("database"));
    if (scheme.kind() == Kind.SOCKET) {
      String path = decode(rest);
      if (!path.startsWith("/")) {
        throw new BadValueException("names no absolute path of a socket");
      }
      return new RedisUrl(
          Kind.SOCKET, false, username, password, List.of(), path, number(database), null);
    }
    int slash = rest.indexOf('/');
    if (slash >= 0) {
      String path = rest.substring(slash + 1);
      database = path.isEmpty() ? database : path;
      rest = rest.substring(0, slash);
    }
    String master = query.get("sentinelMasterId");
    if (url.group(4) != null) {
      master = decode(url.group(4));
    }
    if (scheme.kind() == Kind.SENTINEL && (master == null || master.isEmpty())) {
      throw new BadValueException("names no master (redis-sentinel://host:26379/0#mymaster)");
    }
    return new RedisUrl(
        scheme.kind(),
        scheme.tls(),
        username,
        password,
        ServerAddress.parse(rest, scheme.kind() == Kind.SENTINEL ? SENTINEL_PORT : REDIS_PORT),
        null,
        number(database),
        scheme.kind() == Kind.SENTINEL ? master : null);
  }

  @Override
  public String format(RedisUrl value) {
    return value.text(true);
  }

  /** What redis-py adds for itself (timeouts, pool sizes) has options of its own here. */
  private static Map<String, String> query(String text) throws BadValueException {
    Map<String, String> query = new LinkedHashMap<>();
    if (text == null || text.isEmpty()) {
      return query;
    }
    for (String part : text.split("&", -1)) {
      int equal = part.indexOf('=');
      if (equal < 0) {
        throw new BadValueException("has a query that is not name=value");
      }
      query.put(part.substring(0, equal), decode(part.substring(equal + 1)));
    }
    for (String name : query.keySet()) {
      switch (name) {
        case "db", "database", "username", "password", "sentinelMasterId" -> {}
        default ->
            throw new BadValueException(
                "has a query that sets something other than the database; give the options that"
                    + " begin with redis- instead");
      }
    }
    return query;
  }

  private static Integer number(String database) throws BadValueException {
    if (database == null) {
      return null;
    }
    if (!database.matches("\\d{1,6}")) {
      throw new BadValueException("has a database that is not a number");
    }
    return Integer.valueOf(database);
  }

  private static String emptyToNull(String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static String decode(String text) throws BadValueException {
    try {
      // The decoder is for forms, where a plus is a blank; in these URLs it is a plus.
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw new BadValueException("has a % that starts no escape");
    }
  }

  /** Percent-encodes everything but unreserved characters, as cachekit does with tenants. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
