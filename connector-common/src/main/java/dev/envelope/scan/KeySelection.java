package dev.envelope.scan;

import dev.envelope.InvalidOptionException;
import dev.envelope.entry.KeyGlob;
import dev.envelope.options.EnvelopeOptions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which keys a table is made of, for whoever asks for an entry by its key: one that is in the store
 * and not in the table is none of its rows. Immutable.
 */
public final class KeySelection {
  private final Predicate<String> contains;

  private KeySelection(Predicate<String> contains) {
    this.contains = contains;
  }

  /**
   * The keys that options select.
   *
   * @throws InvalidOptionException when a file of keys cannot be read, or a single file was named
   */
  public static KeySelection of(EnvelopeOptions options) {
    if (Selection.of(options).file().isPresent()) {
      throw new InvalidOptionException(
          "option 'path' names one file, in which nothing can be looked up by its key: name its"
              + " directory");
    }
    Optional<Set<String>> keys = options.readKeys().map(Set::copyOf);
    if (keys.isPresent()) {
      return new KeySelection(keys.get()::contains);
    }
    String prefix = options.keyPrefix();
    return options
        .keysPattern()
        .map(KeyGlob::new)
        .map(glob -> new KeySelection(key -> glob.matches(prefix + key)))
        .orElseGet(() -> new KeySelection(key -> true));
  }

  /** Whether the table has an entry of that key, if the store has. */
  public boolean contains(String key) {
    return contains.test(key);
  }
}
