package dev.envelope.options;

import java.util.List;

/**
 * What the text of an option may be and what it means.
 *
 * <p>{@code parse(format(value))} equals {@code value}; that is how options travel to executors.
 */
sealed interface OptionType<T>
    permits ByteSizeType,
        ChoiceType,
        CountType,
        DurationType,
        KeyListType,
        LocalPathType,
        RedisUrlType,
        StoreUrlType,
        TextType {

  /** The kind of value in a word or two, for tables. */
  String label();

  /** What a user may give, as an imperative sentence without a full stop. */
  String allowed();

  /** The closed list of values, or an empty list where it is not closed. */
  default List<String> choices() {
    return List.of();
  }

  /** A text that could not be parsed, without what may be a secret in it. */
  default String masked(String text) {
    return text;
  }

  /** The value that a text stands for. */
  T parse(String text) throws BadValueException;

  /** The shortest text that stands for a value. */
  String format(T value);
}
