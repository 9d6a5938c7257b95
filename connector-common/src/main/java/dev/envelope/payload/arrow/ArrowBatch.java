package dev.envelope.payload.arrow;

import dev.envelope.payload.Batch;
import dev.envelope.payload.Column;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** A loaded record batch: the vectors, and a reference on each dictionary they point at. */
final class ArrowBatch implements Batch {
  private final int index;
  private final int rows;
  private final List<Column> columns;
  private final List<FieldVector> vectors;
  private final List<SharedColumn> dictionaries;
  private final List<ArrowBuf> memory;
  private boolean closed;

  /** Takes over the vectors and one reference on each dictionary and on the memory below. */
  ArrowBatch(
      int index,
      int rows,
      List<Column> columns,
      List<FieldVector> vectors,
      List<SharedColumn> dictionaries,
      List<ArrowBuf> memory) {
    this.index = index;
    this.rows = rows;
    this.columns = Collections.unmodifiableList(columns);
    this.vectors = vectors;
    this.dictionaries = dictionaries;
    this.memory = memory;
  }

  @Override
  public int rowCount() {
    return rows;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  /** Safe against a reader that is closed by another thread at the same time. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      vectors.forEach(FieldVector::close);
      dictionaries.forEach(SharedColumn::release);
      memory.forEach(ArrowBuf::close);
    }
  }
}
