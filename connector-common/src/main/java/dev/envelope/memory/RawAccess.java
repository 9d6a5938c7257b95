package dev.envelope.memory;

import com.dynatrace.hash4j.hashing.ByteAccess;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Lets hash4j read at absolute addresses: the object is unused and null, the index is the address.
 */
final class RawAccess implements ByteAccess<Void> {
  static final RawAccess INSTANCE = new RawAccess();

  private RawAccess() {}

  @Override
  public byte getByte(Void nothing, long address) {
    return MemoryUtil.getByte(address);
  }

  @Override
  public int getInt(Void nothing, long address) {
    return MemoryUtil.getInt(address);
  }

  @Override
  public long getLong(Void nothing, long address) {
    return MemoryUtil.getLong(address);
  }

  @Override
  public void copyToByteArray(Void nothing, long address, byte[] array, int offset, int length) {
    MemoryUtil.copyFromMemory(address, array, offset, length);
  }
}
