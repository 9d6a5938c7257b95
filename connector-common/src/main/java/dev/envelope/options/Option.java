package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One option of the connector: its name and everything that is to be said about it.
 *
 * <p>The options are the constants of {@link OptionTable}. Immutable.
 *
 * @param <T> what the text of the option is turned into
 */
public final class Option<T> {
  private static final Pattern NAME = Pattern.compile("[a-z]+(-[a-z]+)*");
  private static final Pattern USER_INFO = Pattern.compile("://.*@", Pattern.DOTALL);
  private static final Pattern PASSWORD_QUERY = Pattern.compile("([?&]password=)[^&#]*");
  private static final int LONGEST_SHOWN = 200;

  private final String name;
  private final OptionType<T> type;
  private final T defaultValue;
  private final String since;
  private final String doc;
  private final boolean secret;

  private Option(
      String name, OptionType<T> type, T defaultValue, String since, String doc, boolean secret) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("words in lower case, joined by dashes: " + name);
    }
    this.name = name;
    this.type = type;
    this.defaultValue = defaultValue;
    this.since = since;
    this.doc = doc;
    this.secret = secret;
  }

  /** An option that is unset unless a user sets it. */
  static <T> Option<T> unset(String name, OptionType<T> type, String since, String doc) {
    return new Option<>(name, type, null, since, doc, false);
  }

  /** An option that always has a value; {@code defaultText} is parsed as if a user gave it. */
  static <T> Option<T> withDefault(
      String name, OptionType<T> type, String defaultText, String since, String doc) {
    Option<T> unset = unset(name, type, since, doc);
    return new Option<>(name, type, unset.parse(defaultText), since, doc, false);
  }

  /** The same option with values that are never shown. */
  Option<T> asSecret() {
    return new Option<>(name, type, defaultValue, since, doc, true);
  }

  /** The name, in lower case with dashes; the same in every engine. */
  public String name() {
    return name;
  }

  /** The kind of value in a word or two of Markdown, such as {@code size}. */
  public String type() {
    return type.label();
  }

  /** What may be given, as a sentence without a full stop. */
  public String allowed() {
    return type.allowed();
  }

  /** All values there are, or an empty list where they cannot be listed. */
  public List<String> choices() {
    return type.choices();
  }

  /** The value where the user gives none; empty for an option that is then unset. */
  public Optional<T> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /** The default as a user would write it; empty for an option that has none. */
  public Optional<String> defaultText() {
    return defaultValue().map(type::format);
  }

  /** The first release that knew the option. */
  public String since() {
    return since;
  }

  /** What the option does, in one to three sentences of Markdown. */
  public String doc() {
    return doc;
  }

  /** Whether values are kept out of messages, logs and plans. */
  public boolean secret() {
    return secret;
  }

  /**
   * The value that a user's text stands for.
   *
   * @throws InvalidOptionException if it stands for none; the message names the option and what is
   *     allowed, and the text unless the option is secret
   */
  public T parse(String text) {
    if (text == null) {
      throw new InvalidOptionException("option '" + name + "' has no value; " + allowed());
    }
    try {
      return type.parse(text);
    } catch (BadValueException bad) {
      String subject =
          secret ? "the value (secret, not shown)" : "'" + shown(type.masked(text)) + "'";
      throw new InvalidOptionException(
          "option '" + name + "': " + subject + " " + bad.getMessage() + "; " + allowed());
    }
  }

  /** The text that a value is written as, whether secret or not. */
  String format(T value) {
    return type.format(value);
  }

  /** The text that a value may be shown as. */
  String show(T value) {
    return secret ? "***" : shown(format(value));
  }

  /** A URL in the wrong place may carry a password, and a list may be as long as a book. */
  private static String shown(String text) {
    String safe = USER_INFO.matcher(text).replaceAll("://***@");
    safe = PASSWORD_QUERY.matcher(safe).replaceAll("$1***");
    return safe.length() <= LONGEST_SHOWN ? safe : safe.substring(0, LONGEST_SHOWN) + "…";
  }

  @Override
  public String toString() {
    return name;
  }
}
