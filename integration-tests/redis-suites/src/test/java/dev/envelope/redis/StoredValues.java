package dev.envelope.redis;

import dev.envelope.payload.Column;
import dev.envelope.scan.TaskBatch;
import dev.envelope.testing.EntryWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What the tests store: tables of whole numbers, which tell of which write they are. */
final class StoredValues {
  private StoredValues() {}

  /**
   * A table in which every number is the same, so that a mixture of two writes shows.
   *
   * @param number the number
   * @param columns how many columns there are, named c0, c1, …
   * @param batches how many batches there are
   * @param rows how many rows each batch has
   */
  static byte[] constant(long number, int columns, int batches, int rows) {
    return table(columns, batches, rows, (batch, column, row) -> number);
  }

  /** A table in which the number in column c of row r of batch b is {@code value(b, c, r)}. */
  static byte[] table(int columns, int batches, int rows, Cell cell) {
    List<Field> fields =
        IntStream.range(0, columns)
            .mapToObj(c -> EntryWriter.field("c" + c, new ArrowType.Int(64, true)))
            .toList();
    byte[] arrow =
        EntryWriter.arrow(
            new Schema(fields),
            batches,
            (root, batch) -> {
              for (int c = 0; c < columns; c++) {
                BigIntVector vector = (BigIntVector) root.getVector(c);
                vector.allocateNew(Math.max(1, rows));
                for (int r = 0; r < rows; r++) {
                  vector.set(r, cell.value(batch, c, r));
                }
              }
              root.setRowCount(rows);
            });
    return EntryWriter.frame(EntryWriter.ARROW_HEADER, EntryWriter.withChecksum(arrow));
  }

  /** What stands where. */
  @FunctionalInterface
  interface Cell {
    long value(int batch, int column, int row);
  }

  /** All numbers of a column. */
  static List<Long> numbers(Column column) {
    BigIntVector vector = (BigIntVector) column.vector();
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < column.length(); i++) {
      numbers.add(vector.get(i));
    }
    return numbers;
  }

  /** The one number that all cells of a batch hold. */
  static long constantOf(TaskBatch batch) {
    Long number = null;
    for (Column column : batch.columns()) {
      BigIntVector vector = (BigIntVector) column.vector();
      for (int i = 0; i < batch.rowCount(); i++) {
        long here = vector.get(i);
        if (number == null) {
          number = here;
        } else if (number != here) {
          throw new AssertionError("a mixture of " + number + " and " + here);
        }
      }
    }
    if (number == null) {
      throw new AssertionError("no rows");
    }
    return number;
  }
}
