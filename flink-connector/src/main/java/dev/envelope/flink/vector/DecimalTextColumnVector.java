package dev.envelope.flink.vector;

import dev.envelope.payload.Column;
import dev.envelope.payload.value.WideIntegers;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector;

/** Decimals as plain text, without an exponent and with all the zeros of their scale. */
final class DecimalTextColumnVector extends ArrowBackedColumnVector implements BytesColumnVector {
  private final WideIntegers unscaled;
  private final int scale;

  DecimalTextColumnVector(Column column, ArrowType.Decimal own, String path) {
    super(column);
    this.unscaled = new WideIntegers(column, own, path);
    this.scale = own.getScale();
  }

  @Override
  public Bytes getBytes(int row) {
    if (isNullAt(row)) {
      return null;
    }
    byte[] text =
        new BigDecimal(unscaled.large(row), scale)
            .toPlainString()
            .getBytes(StandardCharsets.US_ASCII);
    return new Bytes(text, 0, text.length);
  }
}
