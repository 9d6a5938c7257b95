package dev.envelope.payload.document;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands the entries of maps out to the sinks of the fields that are wanted, and passes over the
 * others. Does not own the sinks. Not thread-safe.
 */
final class Fields {
  private final Place place;
  private final boolean strict;
  private final Keys keys = new Keys();
  private final List<Sink> wanted;

  /** By the number of the key; null for one that is not wanted. */
  private Sink[] sinks = new Sink[8];

  /** In which map a field was last seen, by the number of its key. */
  private long[] seen = new long[8];

  private long maps;

  /**
   * Says what goes where.
   *
   * @param place the place of the maps
   * @param known the names of all fields, wanted or not, in the order in which they mostly come
   * @param names the names of those that are wanted
   * @param wanted their sinks
   * @param strict whether a key that is in neither is an error
   */
  Fields(Place place, List<String> known, List<String> names, List<Sink> wanted, boolean strict) {
    this.place = place;
    this.strict = strict;
    this.wanted = List.copyOf(wanted);
    Map<String, Sink> left = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      left.put(names.get(i), wanted.get(i));
    }
    for (String name : known) {
      add(name, left.remove(name));
    }
    left.forEach(this::add);
  }

  private void add(String name, Sink sink) {
    int number = keys.add(name);
    if (number == sinks.length) {
      sinks = Arrays.copyOf(sinks, 2 * number);
      seen = Arrays.copyOf(seen, 2 * number);
    }
    sinks[number] = sink;
  }

  /** Reads the entries of a map whose head the cursor has read into a slot of every sink. */
  void read(int slot, Cursor cursor) {
    long size = cursor.size();
    long map = ++maps;
    int found = 0;
    int previous = Keys.UNKNOWN;
    for (long i = 0; cursor.more(i, size); i++) {
      cursor.key();
      int number = keys.find(cursor, previous);
      if (number == Keys.UNKNOWN) {
        if (strict) {
          throw place.unknownKey(cursor, cursor.keyText());
        }
        cursor.skip();
        continue;
      }
      previous = number;
      Sink sink = sinks[number];
      if (sink == null) {
        cursor.skip();
        continue;
      }
      sink.accept(slot, cursor);
      if (seen[number] != map) {
        seen[number] = map;
        found++;
      }
    }
    if (found < wanted.size()) {
      fill(slot, map);
    }
  }

  private void fill(int slot, long map) {
    for (int i = 0; i < keys.size(); i++) {
      if (sinks[i] != null && seen[i] != map) {
        sinks[i].writeNull(slot);
      }
    }
  }

  /** Writes a slot of nulls. */
  void writeNull(int slot) {
    for (Sink sink : wanted) {
      sink.writeNull(slot);
    }
  }
}
