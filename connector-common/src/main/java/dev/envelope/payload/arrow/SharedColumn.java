package dev.envelope.payload.arrow;

import dev.envelope.payload.Column;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/**
 * A dictionary's values, shared by the batches that point at them. The last of them to be closed
 * frees the values.
 */
final class SharedColumn {
  private final Column column;
  private final FieldVector owned;
  private final FieldLayout layout;
  private final java.util.List<SharedColumn> below;
  private final java.util.List<ArrowBuf> memory;
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * Takes over the vector.
   *
   * @param below the dictionaries that these values point at in turn, one reference on each
   * @param memory what the vector views, one reference on each
   */
  SharedColumn(
      Column column,
      FieldLayout layout,
      java.util.List<SharedColumn> below,
      java.util.List<ArrowBuf> memory) {
    this.column = column;
    this.owned = column.vector();
    this.layout = layout;
    this.below = java.util.List.copyOf(below);
    this.memory = memory;
  }

  Column column() {
    return column;
  }

  FieldLayout layout() {
    return layout;
  }

  SharedColumn retain() {
    references.incrementAndGet();
    return this;
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      owned.close();
      below.forEach(SharedColumn::release);
      memory.forEach(ArrowBuf::close);
    }
  }
}
