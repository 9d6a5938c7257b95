package dev.envelope.payload.document;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Maps whose keys are data. */
final class MapSink extends RunSink {
  private final Entries entries;
  private final BytesSink keys;
  private final Sink values;
  private final Map<String, Integer> seen = new HashMap<>();

  /** Takes over the sinks of keys and values. */
  MapSink(Place place, Budget budget, int slots, BytesSink keys, Sink values) {
    super(place, budget, slots);
    this.keys = keys;
    this.values = values;
    try {
      this.entries = new Entries(place, budget, slots);
    } catch (RuntimeException e) {
      super.close();
      throw e;
    }
  }

  @Override
  void put(int slot, int kind, Cursor cursor) {
    if (kind != Kind.MAP) {
      throw place().misfit(cursor, kind);
    }
    long offset = cursor.offset();
    BitSet repeated = read(slot, cursor, new BitSet());
    if (!repeated.isEmpty()) {
      // A key comes twice, and the last one counts: once more, without the ones before.
      Cursor again = cursor.at(offset);
      again.next();
      read(slot, again, repeated);
    }
  }

  /**
   * Reads a map.
   *
   * @param without the entries to leave out, by their place in the map
   * @return the entries whose key comes again later
   */
  private BitSet read(int slot, Cursor cursor, BitSet without) {
    int at = begin(slot);
    long size = cursor.size();
    BitSet repeated = new BitSet();
    seen.clear();
    for (int i = 0; cursor.more(i, size); i++) {
      cursor.key();
      if (without.get(i)) {
        cursor.skip();
        continue;
      }
      String key = cursor.keyText();
      Integer before = seen.put(key, i);
      if (before != null) {
        repeated.set(before);
      }
      entries.mark(at, true);
      keys.putText(at, key, cursor);
      values.accept(at++, cursor);
    }
    end(slot, at);
    return repeated;
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    int count = begin(slots);
    entries.finish(count, nodes, buffers);
    keys.finish(count, nodes, buffers);
    values.finish(count, nodes, buffers);
  }

  @Override
  public void close() {
    keys.close();
    values.close();
    entries.close();
    super.close();
  }

  /** The pairs of keys and values, of which none is null. */
  private static final class Entries extends Sink {
    Entries(Place place, Budget budget, int slots) {
      super(place, budget, slots);
    }

    @Override
    void put(int slot, int kind, Cursor cursor) {
      throw new IllegalStateException("entries are written by their map");
    }

    @Override
    void putNull(int slot) {
      throw new IllegalStateException("an entry is never null");
    }
  }
}
