package dev.envelope.payload.document;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;

/** Decimals of a fixed scale, as little-endian two's complement. */
final class DecimalSink {
  private DecimalSink() {}

  static FixedSink of(Place place, Budget budget, int slots, int precision, int scale, int bits) {
    int width = bits / Byte.SIZE;
    byte[] bytes = new byte[width];
    return new FixedSink(place, budget, slots, width) {
      @Override
      boolean store(long address, int kind, Cursor cursor) {
        BigDecimal number =
            switch (kind) {
              case Kind.INT -> BigDecimal.valueOf(cursor.number());
              case Kind.BIG -> new BigDecimal(cursor.big());
              case Kind.DOUBLE ->
                  Double.isFinite(cursor.real()) ? new BigDecimal(cursor.real()) : null;
              default -> null;
            };
        return number != null && write(address, number);
      }

      private boolean write(long address, BigDecimal number) {
        BigDecimal scaled = number.setScale(scale, RoundingMode.DOWN);
        if (scaled.compareTo(number) != 0 || scaled.precision() > precision) {
          return false;
        }
        BigInteger unscaled = scaled.unscaledValue();
        byte[] bigEndian = unscaled.toByteArray();
        Arrays.fill(bytes, (byte) (unscaled.signum() < 0 ? -1 : 0));
        for (int i = 0; i < bigEndian.length; i++) {
          bytes[i] = bigEndian[bigEndian.length - 1 - i];
        }
        MemoryUtil.copyToMemory(bytes, 0, address, bytes.length);
        return true;
      }
    };
  }
}
