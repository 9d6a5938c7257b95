package dev.envelope.flink.vector;

import java.nio.charset.StandardCharsets;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.data.columnar.vector.IntColumnVector;
import org.apache.flink.table.data.columnar.vector.LongColumnVector;
import org.apache.flink.table.data.columnar.vector.TimestampColumnVector;

/** One value in every row of a batch; what is known of an entry as a column. */
public final class ConstantColumnVector {
  private ConstantColumnVector() {}

  /** A text, or null. */
  public static ColumnVector of(String value) {
    if (value == null) {
      return ColumnVectors.nulls();
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return new OfBytes(new BytesColumnVector.Bytes(bytes, 0, bytes.length));
  }

  /** A number. */
  public static ColumnVector of(long value) {
    return new OfLong(value);
  }

  /** A number of 32 bits. */
  public static ColumnVector of(int value) {
    return new OfInt(value);
  }

  /** A point in time, or null. */
  public static ColumnVector of(TimestampData value) {
    return value == null ? ColumnVectors.nulls() : new OfTimestamp(value);
  }

  private record OfBytes(Bytes value) implements BytesColumnVector {
    @Override
    public boolean isNullAt(int row) {
      return false;
    }

    @Override
    public Bytes getBytes(int row) {
      return value;
    }
  }

  private record OfLong(long value) implements LongColumnVector {
    @Override
    public boolean isNullAt(int row) {
      return false;
    }

    @Override
    public long getLong(int row) {
      return value;
    }
  }

  private record OfInt(int value) implements IntColumnVector {
    @Override
    public boolean isNullAt(int row) {
      return false;
    }

    @Override
    public int getInt(int row) {
      return value;
    }
  }

  private record OfTimestamp(TimestampData value) implements TimestampColumnVector {
    @Override
    public boolean isNullAt(int row) {
      return false;
    }

    @Override
    public TimestampData getTimestamp(int row, int precision) {
      return value;
    }
  }
}
