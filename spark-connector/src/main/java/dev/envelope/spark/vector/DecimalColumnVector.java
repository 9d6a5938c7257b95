package dev.envelope.spark.vector;

import dev.envelope.payload.Column;
import dev.envelope.payload.value.WideIntegers;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/** Decimals of 128 or 256 bits that Spark's own hold. */
final class DecimalColumnVector extends ArrowBackedColumnVector {
  private final WideIntegers unscaled;
  private final DecimalScaler scaler;

  DecimalColumnVector(DecimalType type, Column column, ArrowType.Decimal own, String path) {
    super(type, column);
    this.unscaled = new WideIntegers(column, own, path);
    this.scaler = new DecimalScaler(type, own.getScale());
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    return unscaled.isSmall(row)
        ? scaler.scale(unscaled.small(row))
        : scaler.scale(unscaled.large(row));
  }
}
