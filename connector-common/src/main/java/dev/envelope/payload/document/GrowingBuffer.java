package dev.envelope.payload.document;

import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;

/** Off-heap memory that is written from the front and grows with what is written. */
final class GrowingBuffer implements AutoCloseable {
  private final Budget budget;
  private ArrowBuf buffer;
  private long capacity;

  /** Where it begins; another place after every {@link #ensure}. */
  private long address;

  /** Memory for so many bytes to begin with. */
  GrowingBuffer(Budget budget, long bytes) {
    this.budget = budget;
    use(budget.allocate(Math.max(Long.BYTES, bytes)));
  }

  private void use(ArrowBuf memory) {
    buffer = memory;
    capacity = memory.capacity();
    address = memory.memoryAddress();
  }

  long address() {
    return address;
  }

  /** Makes sure that so many bytes can be written, counted from the front. */
  void ensure(long bytes) {
    if (bytes > capacity) {
      grow(bytes);
    }
  }

  private void grow(long bytes) {
    ArrowBuf larger = budget.allocate(Math.max(bytes, 2 * capacity));
    MemoryUtil.copyMemory(address, larger.memoryAddress(), capacity);
    budget.replaced(capacity);
    buffer.close();
    use(larger);
  }

  /** The bytes that were written, for as long as this is open. */
  ArrowBuf written(long bytes) {
    Objects.checkFromToIndex(0, bytes, capacity);
    buffer.writerIndex(bytes);
    return buffer;
  }

  @Override
  public void close() {
    buffer.close();
  }
}
