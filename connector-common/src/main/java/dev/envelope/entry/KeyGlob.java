package dev.envelope.entry;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * A glob over keys as Redis understands it in {@code SCAN … MATCH}: {@code *}, {@code ?}, {@code
 * [abc]}, {@code [a-z]}, {@code [^a]}, and a backslash in front of what is meant literally. It
 * counts in bytes, as Redis does. Immutable.
 */
public final class KeyGlob {
  private final Pattern pattern;

  /** A glob; every text is one. */
  public KeyGlob(String glob) {
    this.pattern = Pattern.compile(regex(bytes(glob)), Pattern.DOTALL);
  }

  /** Whether a key matches. */
  public boolean matches(String key) {
    return pattern.matcher(bytes(key)).matches();
  }

  /** One character for each byte. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String regex(String glob) {
    StringBuilder regex = new StringBuilder();
    int at = 0;
    while (at < glob.length()) {
      char c = glob.charAt(at);
      at++;
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        case '[' -> at = set(glob, at, regex);
        case '\\' -> {
          // At the end it stands for itself.
          regex.append(literal(at < glob.length() ? glob.charAt(at) : c));
          at++;
        }
        default -> regex.append(literal(c));
      }
    }
    return regex.toString();
  }

  /**
   * A set of characters; one that is not closed reaches to the end.
   *
   * @param from behind the bracket that opens it
   * @return behind the bracket that closes it
   */
  private static int set(String glob, int from, StringBuilder regex) {
    int at = from;
    boolean negated = at < glob.length() && glob.charAt(at) == '^';
    if (negated) {
      at++;
    }
    StringBuilder members = new StringBuilder();
    while (at < glob.length() && glob.charAt(at) != ']') {
      char first = glob.charAt(at);
      if (first == '\\' && at + 1 < glob.length()) {
        members.append(literal(glob.charAt(at + 1)));
        at += 2;
      } else if (at + 2 < glob.length() && glob.charAt(at + 1) == '-') {
        char last = glob.charAt(at + 2);
        members
            .append(literal((char) Math.min(first, last)))
            .append('-')
            .append(literal((char) Math.max(first, last)));
        at += 3;
      } else {
        members.append(literal(first));
        at++;
      }
    }
    if (members.isEmpty()) {
      // Nothing is in it, and everything outside of it.
      regex.append(negated ? "." : "(?!)");
    } else {
      regex.append(negated ? "[^" : "[").append(members).append(']');
    }
    return at + 1;
  }

  private static String literal(char c) {
    return "\\x%02x".formatted((int) c);
  }
}
