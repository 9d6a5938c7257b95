package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import dev.envelope.payload.value.WideIntegers;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.columnar.vector.DecimalColumnVector;
import org.apache.flink.table.types.logical.DecimalType;

/** Decimals of 128 or 256 bits that Flink's own hold. */
final class WideDecimalColumnVector extends ArrowBackedColumnVector implements DecimalColumnVector {
  private final WideIntegers unscaled;
  private final DecimalScaler scaler;

  WideDecimalColumnVector(DecimalType type, Column column, ArrowType.Decimal own, String path) {
    super(column);
    this.unscaled = new WideIntegers(column, own, path);
    this.scaler = new DecimalScaler(type, own.getScale());
  }

  @Override
  public DecimalData getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    return unscaled.isSmall(row)
        ? scaler.scale(unscaled.small(row))
        : scaler.scale(unscaled.large(row));
  }
}
