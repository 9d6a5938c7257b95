package dev.envelope.entry;

import dev.envelope.InvalidOptionException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How cachekit's decorator forms its keys, {@code [ns:NAMESPACE:]func:FUNCTION:args:HASH:IS}, and
 * what a store that is shared by tenants puts in front of them. Stateless.
 */
public final class KeyForm {
  /** Lengths as in cachekit's key generator: longer names are cut, longer keys hashed. */
  private static final int LONGEST_FUNCTION = 200;

  private static final int LONGEST_KEY = 250;
  private static final int KEPT_OF_LONG_KEY = 50;

  /** {@code :args:}, 64 hexadecimal digits, a colon and two letters. */
  private static final int AFTER_FUNCTION = 6 + 64 + 1 + 2;

  private static final Pattern NOT_IN_FUNCTIONS = Pattern.compile("[^A-Za-z0-9_.]");
  private static final Pattern DOTS = Pattern.compile("\\.{2,}");
  private static final Pattern NOT_IN_KEYS = Pattern.compile("[ \n]");
  private static final Pattern GLOB = Pattern.compile("[*?\\[\\]\\\\^]");

  /** The hash of the arguments; what follows it has grown with the versions of cachekit. */
  private static final Pattern OF_FUNCTION =
      Pattern.compile("(?:ns:(.+):)?func:([A-Za-z0-9_.]+):args:[0-9a-f]{64}:[^:]+", Pattern.DOTALL);

  private static final Pattern TENANT = Pattern.compile("t:[^:]+:(.+)", Pattern.DOTALL);

  /** The tenant in keys of a Redis where cachekit was told none. */
  public static final String NO_TENANT = "default";

  private KeyForm() {}

  /** What a store puts in front of the keys of a tenant. */
  public static String tenantPrefix(String tenant) {
    String encoded =
        URLEncoder.encode(tenant, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
    return "t:" + encoded + ":";
  }

  /** What is left of a key behind a tenant, if it looks like one with a tenant in front. */
  public static Optional<String> withoutTenant(String key) {
    Matcher matcher = TENANT.matcher(key);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** A text in which no character means anything to a glob of Redis. */
  public static String literal(String text) {
    return GLOB.matcher(text).replaceAll("\\\\$0");
  }

  /**
   * The glob that the keys of a function match.
   *
   * @param namespace the namespace that was given to the decorator, or null for none
   * @param function the module and the qualified name of the function, or null for all
   * @throws InvalidOptionException when the names are so long that keys hold only a part of them
   */
  public static String glob(String namespace, String function) {
    String prefix = namespace == null ? "" : "ns:" + namespace + ":";
    if (function == null) {
      if (prefix.length() > KEPT_OF_LONG_KEY) {
        throw tooLong();
      }
      return literal(NOT_IN_KEYS.matcher(prefix).replaceAll("_")) + "*";
    }
    String name = DOTS.matcher(NOT_IN_FUNCTIONS.matcher(function).replaceAll("_")).replaceAll(".");
    name = name.substring(0, Math.min(name.length(), LONGEST_FUNCTION));
    String start = NOT_IN_KEYS.matcher(prefix + "func:" + name).replaceAll("_");
    if (start.length() + AFTER_FUNCTION > LONGEST_KEY) {
      throw tooLong();
    }
    return literal(start) + ":args:*";
  }

  /**
   * The function that a key is of. Empty for a key that nobody's decorator formed, and for one that
   * was so long that cachekit hashed it: what it is of can no longer be told.
   *
   * @param key without what a store puts in front for a tenant
   */
  public static Optional<FunctionName> functionOf(String key) {
    Matcher matcher = OF_FUNCTION.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    FunctionName function = new FunctionName(matcher.group(1), matcher.group(2));
    return canBe(function) ? Optional.of(function) : Optional.empty();
  }

  /**
   * Whether there can be keys of a function: its names are as keys spell them, and short enough to
   * be found whole in a key.
   */
  public static boolean canBe(FunctionName function) {
    String prefix = function.namespace() == null ? "" : "ns:" + function.namespace() + ":";
    String name = function.name();
    return (function.namespace() == null || !function.namespace().isBlank())
        && !name.isEmpty()
        && name.length() <= LONGEST_FUNCTION
        && !NOT_IN_FUNCTIONS.matcher(name).find()
        && !DOTS.matcher(name).find()
        && !NOT_IN_KEYS.matcher(prefix).find()
        && prefix.length() + "func:".length() + name.length() + AFTER_FUNCTION <= LONGEST_KEY;
  }

  private static InvalidOptionException tooLong() {
    return new InvalidOptionException(
        "options 'namespace' and 'function': cachekit hashes keys this long, so that they cannot be"
            + " told by the names; give 'keys' or 'keys-pattern' instead");
  }
}
