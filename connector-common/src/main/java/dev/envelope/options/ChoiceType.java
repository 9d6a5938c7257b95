package dev.envelope.options;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** One of a few words, in any case. */
record ChoiceType<T>(Map<String, T> words) implements OptionType<T> {

  /** The constants of an enum, in lower case, with dashes, and in their order. */
  static <E extends Enum<E>> ChoiceType<E> of(Class<E> constants) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E constant : constants.getEnumConstants()) {
      words.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return new ChoiceType<>(words);
  }

  static ChoiceType<Boolean> ofBoolean() {
    Map<String, Boolean> words = new LinkedHashMap<>();
    words.put("true", true);
    words.put("false", false);
    return new ChoiceType<>(words);
  }

  @Override
  public String label() {
    return choices().stream().map(word -> "`" + word + "`").collect(Collectors.joining(" or "));
  }

  @Override
  public String allowed() {
    return "give " + String.join(" or ", choices());
  }

  @Override
  public List<String> choices() {
    return List.copyOf(words.keySet());
  }

  @Override
  public T parse(String text) throws BadValueException {
    T value = words.get(text.strip().toLowerCase(Locale.ROOT));
    if (value == null) {
      throw new BadValueException("is not one of its values");
    }
    return value;
  }

  @Override
  public String format(T value) {
    for (Map.Entry<String, T> word : words.entrySet()) {
      if (word.getValue().equals(value)) {
        return word.getKey();
      }
    }
    throw new IllegalArgumentException("no word stands for " + value);
  }
}
