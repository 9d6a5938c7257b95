package dev.envelope.payload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** A batch of vectors that belong to it alone, decoded or viewed. */
public final class VectorBatch implements Batch {
  private final int index;
  private final int rows;
  private final List<Column> columns;
  private boolean closed;

  /**
   * Takes over the vectors, which are closed with the batch.
   *
   * @param vectors a vector of {@code rows} slots a column; null for a column that is not there
   */
  public VectorBatch(int index, int rows, List<? extends FieldVector> vectors) {
    this.index = index;
    this.rows = rows;
    List<Column> described = new ArrayList<>();
    for (FieldVector vector : vectors) {
      described.add(vector == null ? null : Column.of(vector));
    }
    this.columns = Collections.unmodifiableList(described);
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
      for (Column column : columns) {
        if (column != null) {
          column.vector().close();
        }
      }
    }
  }
}
