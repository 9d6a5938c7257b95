package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The values of the options of a table, each parsed and checked by itself.
 *
 * <p>Equal when every option has the same value, whether given or by default. Immutable.
 */
final class ParsedOptions {
  /** Names that users bring from other sources; an edit distance knows nothing of these. */
  private static final Map<String, String> EXPLAINED =
      Map.of("paths", "one read takes one directory: give it as 'path', and union several reads");

  /** Only what was given, in the order of the table. */
  private final Map<Option<?>, Object> given;

  private final Map<Option<?>, Object> effective;

  private ParsedOptions(OptionTable table, Map<Option<?>, String> texts) {
    given = new LinkedHashMap<>();
    effective = new LinkedHashMap<>();
    for (Option<?> option : table.options()) {
      if (texts.containsKey(option)) {
        given.put(option, option.parse(texts.get(option)));
      }
      Object value =
          given.containsKey(option) ? given.get(option) : option.defaultValue().orElse(null);
      if (value != null) {
        effective.put(option, value);
      }
    }
  }

  /**
   * Parses what a user gave.
   *
   * @param texts names, in any case, and values
   * @param ignored names, in any case, that the engine adds by itself; a name of the table counts
   *     all the same
   * @throws InvalidOptionException for unknown names, and values that do not parse
   */
  static ParsedOptions parse(OptionTable table, Map<String, String> texts, Set<String> ignored) {
    Set<String> passed =
        ignored.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    Map<Option<?>, String> known = new LinkedHashMap<>();
    Map<Option<?>, String> spellings = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    // Sorted, so that one mistake always gives one message.
    new TreeMap<>(texts)
        .forEach(
            (spelling, text) -> {
              String name = spelling.toLowerCase(Locale.ROOT);
              Optional<Option<?>> option = table.find(name);
              if (option.isPresent()) {
                String other = spellings.put(option.get(), spelling);
                if (other != null) {
                  throw new InvalidOptionException(
                      "option '%s' is given twice, as '%s' and as '%s'; give it once"
                          .formatted(name, other, spelling));
                }
                known.put(option.get(), text);
              } else if (!passed.contains(name)) {
                unknown.add(describeUnknown(spelling, table));
              }
            });
    if (!unknown.isEmpty()) {
      throw new InvalidOptionException(String.join("; ", unknown));
    }
    return new ParsedOptions(table, known);
  }

  private static String describeUnknown(String spelling, OptionTable table) {
    String explained = EXPLAINED.get(spelling.toLowerCase(Locale.ROOT));
    if (explained != null) {
      return "there is no option '%s'; %s".formatted(spelling, explained);
    }
    List<String> names = table.options().stream().map(Option::name).toList();
    String hint =
        NearestName.of(spelling, names)
            .map(" (did you mean '%s'?)"::formatted)
            .orElseGet(() -> "; the options are " + String.join(", ", names));
    return "there is no option '%s'%s".formatted(spelling, hint);
  }

  /** The value of an option, given or by default. */
  <T> Optional<T> find(Option<T> option) {
    // Only the option itself ever put a value under its name.
    @SuppressWarnings("unchecked")
    T value = (T) effective.get(option);
    return Optional.ofNullable(value);
  }

  /** The value of an option that has a default or that was checked to be there. */
  <T> T get(Option<T> option) {
    return find(option).orElseThrow(() -> new IllegalStateException("unset option " + option));
  }

  boolean isGiven(Option<?> option) {
    return given.containsKey(option);
  }

  /** What was given, as text that parses to the same values anywhere. Secrets are in it. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Option<?> option : given.keySet()) {
      texts.put(option.name(), formatted(option));
    }
    return texts;
  }

  private <T> String formatted(Option<T> option) {
    return option.format(get(option));
  }

  private <T> String shown(Option<T> option) {
    return option.name() + "=" + option.show(get(option));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ParsedOptions that && effective.equals(that.effective);
  }

  @Override
  public int hashCode() {
    return effective.hashCode();
  }

  /** What was given; secrets are masked. */
  @Override
  public String toString() {
    return given.keySet().stream().map(this::shown).collect(Collectors.joining(", ", "{", "}"));
  }
}
