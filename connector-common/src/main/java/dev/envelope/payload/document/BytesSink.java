package dev.envelope.payload.document;

import dev.envelope.payload.DecodeStats;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Texts and bytes, copied once; and values of any kind as canonical JSON where text is wanted. */
final class BytesSink extends RunSink {
  private static final int CHUNK = 4096;

  private final boolean text;
  private final DecodeStats stats;
  private final boolean mixed;
  private final CanonicalJson json = new CanonicalJson();
  private final char[] chunk = new char[CHUNK];
  private final GrowingBuffer data;
  private long valuesAsText;

  BytesSink(Place place, Budget budget, int slots, boolean text, DecodeStats stats) {
    super(place, budget, slots);
    this.text = text;
    this.stats = stats;
    this.mixed = place.shape() != null && place.shape().isMixed();
    try {
      this.data = new GrowingBuffer(budget, 16L * slots);
    } catch (RuntimeException e) {
      super.close();
      throw e;
    }
  }

  @Override
  void put(int slot, int kind, Cursor cursor) {
    if (kind == (text ? Kind.TEXT : Kind.BYTES) && !mixed) {
      copy(slot, cursor);
      return;
    }
    if (!text || !(mixed || isExpected(kind))) {
      throw place().misfit(cursor, kind);
    }
    write(slot, mixed ? json.write(cursor, kind) : json.writeBare(cursor, kind), cursor);
    valuesAsText++;
  }

  /** A value that nobody expects is no text, even though it could be written as one. */
  private boolean isExpected(int kind) {
    Shape shape = place().shape();
    return shape == null ? place().schemaGiven() : shape.holds(kind);
  }

  private void copy(int slot, Cursor cursor) {
    long begin = begin(slot);
    data.ensure(begin + cursor.copyBound());
    end(slot, begin + cursor.copy(data.address() + begin));
  }

  private void write(int slot, StringBuilder value, Cursor cursor) {
    long end = begin(slot);
    long offset = cursor.offset();
    for (int from = 0; from < value.length(); ) {
      int to = Math.min(value.length(), from + CHUNK);
      if (to < value.length() && Character.isHighSurrogate(value.charAt(to - 1))) {
        to--;
      }
      value.getChars(from, to, chunk, 0);
      data.ensure(end + (long) (to - from) * Utf8.MOST_PER_CHAR);
      end += Utf8.write(chunk, 0, to - from, data.address() + end, offset);
      from = to;
    }
    end(slot, end);
  }

  /** Writes a key of a map. */
  void putText(int slot, String value, Cursor cursor) {
    write(slot, new StringBuilder(value), cursor);
    mark(slot, true);
  }

  @Override
  void finish(int slots, List<ArrowFieldNode> nodes, List<ArrowBuf> buffers) {
    super.finish(slots, nodes, buffers);
    buffers.add(data.written(begin(slots)));
    stats.addValuesAsText(valuesAsText);
  }

  @Override
  public void close() {
    data.close();
    super.close();
  }
}
