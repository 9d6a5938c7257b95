package dev.envelope.flink.vector;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.flink.table.data.columnar.vector.BytesColumnVector.Bytes;

/** Copies of strings and bytes: Flink wants Java arrays. */
final class Copies {
  private Copies() {}

  /** An array of its own for a value, and no more: Flink 1.20 cuts parts of arrays wrongly. */
  static Bytes of(long address, int length) {
    byte[] copy = new byte[length];
    MemoryUtil.copyFromMemory(address, copy, 0, length);
    return new Bytes(copy, 0, length);
  }
}
