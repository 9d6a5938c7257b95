package dev.envelope.payload.frame;

import dev.envelope.memory.Region;
import dev.envelope.payload.Batch;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.Column;
import dev.envelope.payload.VectorBatch;
import dev.envelope.payload.numpy.Elements;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Puts batches together of views of numbers and decoded objects. */
final class FrameReader implements BatchReader {
  private final FrameTable table;
  private final Region region;
  private final List<Field> wanted;
  private final BatchReader objects;
  private final BufferAllocator allocator;

  /**
   * Takes over the reader of objects.
   *
   * @param objects reads the wanted columns that are neither numbers nor counted, in their order;
   *     null where there are no such columns in the payload
   */
  FrameReader(
      FrameTable table,
      Region region,
      List<Field> wanted,
      BatchReader objects,
      BufferAllocator allocator) {
    this.table = table;
    this.region = region;
    this.wanted = wanted;
    this.objects = objects;
    this.allocator = allocator;
  }

  @Override
  public Batch read(int index) {
    int rows = (int) table.rows(index);
    List<FieldVector> vectors = new ArrayList<>();
    Batch decoded = null;
    try {
      for (Field field : wanted) {
        vectors.add(vector(field, index, rows));
      }
      decoded = objects == null ? null : objects.read(index);
      return new Joined(wanted, new VectorBatch(index, rows, vectors), decoded, table);
    } catch (RuntimeException | Error e) {
      vectors.stream().filter(vector -> vector != null).forEach(FieldVector::close);
      throw e;
    }
  }

  /** Null for what is not a number. */
  private FieldVector vector(Field field, int batch, int rows) {
    long first = table.firstRow(batch);
    if (table.counts(field.getName())) {
      return counted(field.getName(), first, rows);
    }
    Elements numbers = table.numbers(field.getName());
    return numbers == null ? null : numbers.vector(field, region, first, rows, allocator);
  }

  private FieldVector counted(String name, long first, int rows) {
    BigIntVector vector = new BigIntVector(name, allocator);
    try {
      vector.allocateNew(rows);
      for (int i = 0; i < rows; i++) {
        vector.set(i, first + i);
      }
      vector.setValueCount(rows);
      return vector;
    } catch (RuntimeException | Error e) {
      vector.close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (objects != null) {
      objects.close();
    }
  }

  /** The columns of two batches of the same rows; owns both. */
  private static final class Joined implements Batch {
    private final Batch numbers;
    private final Batch objects;
    private final List<Column> columns;

    Joined(List<Field> wanted, Batch numbers, Batch objects, FrameTable table) {
      this.numbers = numbers;
      this.objects = objects;
      List<Column> all = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < wanted.size(); i++) {
        String name = wanted.get(i).getName();
        if (table.counts(name) || table.numbers(name) != null) {
          all.add(numbers.columns().get(i));
        } else {
          all.add(objects == null ? null : objects.columns().get(next++));
        }
      }
      this.columns = Collections.unmodifiableList(all);
    }

    @Override
    public int rowCount() {
      return numbers.rowCount();
    }

    @Override
    public int index() {
      return numbers.index();
    }

    @Override
    public List<Column> columns() {
      return columns;
    }

    @Override
    public void close() {
      numbers.close();
      if (objects != null) {
        objects.close();
      }
    }
  }
}
