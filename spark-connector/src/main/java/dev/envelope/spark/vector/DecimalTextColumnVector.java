package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import dev.envelope.payload.value.WideIntegers;
import java.math.BigDecimal;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/** Decimals as plain text, without an exponent and with all the zeros of their scale. */
final class DecimalTextColumnVector extends ArrowBackedColumnVector {
  private final WideIntegers unscaled;
  private final int scale;

  DecimalTextColumnVector(DataType type, Column column, ArrowType.Decimal own, String path) {
    super(type, column);
    this.unscaled = new WideIntegers(column, own, path);
    this.scale = own.getScale();
  }

  @Override
  public UTF8String getUTF8String(int row) {
    return isNullAt(row)
        ? null
        : UTF8String.fromString(new BigDecimal(unscaled.large(row), scale).toPlainString());
  }
}
