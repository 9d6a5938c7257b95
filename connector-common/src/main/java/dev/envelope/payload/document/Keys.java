package dev.envelope.payload.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of the maps at one place, by number. Maps at one place mostly have the same keys in the
 * same order, so the key that followed the last time is compared first. Not thread-safe.
 */
final class Keys {
  /** The key is not known. */
  static final int UNKNOWN = -1;

  private final List<Key> keys = new ArrayList<>();
  private final Map<String, Integer> byText = new HashMap<>();
  private int[] followers = new int[8];
  private int first;

  /** Adds a key and gives it the next number. */
  int add(String text) {
    int number = keys.size();
    keys.add(new Key(text));
    byText.put(text, number);
    if (number == followers.length) {
      followers = java.util.Arrays.copyOf(followers, 2 * number);
    }
    // Until something else is seen, keys are taken to come in the order in which they were added.
    followers[number] = number + 1;
    return number;
  }

  /** How many keys there are. */
  int size() {
    return keys.size();
  }

  /**
   * The number of the key that the cursor has just read, or {@link #UNKNOWN}.
   *
   * @param previous the number of the key before it in its map, or UNKNOWN
   */
  int find(Cursor cursor, int previous) {
    int expected = previous < 0 ? first : followers[previous];
    if (expected < keys.size() && cursor.keyIs(keys.get(expected))) {
      return expected;
    }
    Integer number = byText.get(cursor.keyText());
    if (number == null) {
      return UNKNOWN;
    }
    if (previous < 0) {
      first = number;
    } else {
      followers[previous] = number;
    }
    return number;
  }
}
