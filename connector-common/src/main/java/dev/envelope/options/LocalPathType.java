package dev.envelope.options;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path in the file system of the machine, plain or as a {@code file:} URI; always absolute once
 * it is parsed, because executors have other working directories.
 *
 * <p>Two spellings that look alike come from different hands. {@code file:/a%20b}, with one slash,
 * is how Hadoop prints a path, and how Spark rewrites the path of a {@code CREATE TABLE}: nothing
 * in it is escaped, so a percent sign is a percent sign. {@code file:///a%20b} is a URI as Python
 * and Java write it, with escapes.
 */
record LocalPathType(String label) implements OptionType<Path> {
  /** One letter and a colon is a drive. */
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*", Pattern.DOTALL);

  @Override
  public String allowed() {
    return "give a path of the local file system, plain (/var/cache/entries) or as a URI"
        + " (file:///var/cache/entries)";
  }

  @Override
  public Path parse(String text) throws BadValueException {
    if (text.isBlank()) {
      throw new BadValueException("is blank");
    }
    try {
      return Path.of(withoutScheme(text)).toAbsolutePath();
    } catch (InvalidPathException notAPath) {
      throw new BadValueException("is not a path of this file system");
    }
  }

  @Override
  public String format(Path value) {
    return value.toString();
  }

  private static String withoutScheme(String text) throws BadValueException {
    Matcher scheme = SCHEME.matcher(text);
    if (!scheme.matches()) {
      return text;
    }
    if (!scheme.group(1).toLowerCase(Locale.ROOT).equals("file")) {
      throw new BadValueException(
          "has the scheme of another file system or store (a relative path with a colon needs ./ in"
              + " front)");
    }
    String rest = text.substring("file:".length());
    if (!rest.startsWith("/")) {
      throw new BadValueException("has no absolute path after file:");
    }
    if (!rest.startsWith("//")) {
      return rest;
    }
    int slash = rest.indexOf('/', 2);
    String host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
    if (!host.isEmpty() && !host.equalsIgnoreCase("localhost")) {
      throw new BadValueException("names a host (a file URI starts with file:///)");
    }
    if (slash < 0) {
      throw new BadValueException("has no path");
    }
    return decodePercent(rest.substring(slash));
  }

  private static String decodePercent(String escaped) throws BadValueException {
    byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        decoded.put(bytes[i]);
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new BadValueException(
            "has a % that starts no escape (in a URI a percent sign is written %25)");
      }
      decoded.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new BadValueException("has escapes that are not UTF-8");
    }
  }
}
