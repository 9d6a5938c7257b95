package dev.envelope.memory;

import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Where all off-heap memory of the connector comes from: one root per JVM, below it one named child
 * per task or shared region.
 *
 * <p>Sizes are not rounded: a buffer of n bytes counts as n bytes, starts at a multiple of 64 and
 * holds whatever the memory held before. With the system property {@value #POISON_PROPERTY} set to
 * {@code true} when the class is first used, memory is overwritten with 0xDB when it is freed
 * (memory of a foreign allocation, such as a mapped file, is not).
 *
 * <p>Thread-safe, as Arrow's allocators are.
 */
public final class Allocators {
  /** The system property that turns poisoning on; meant for tests, it costs a pass over memory. */
  public static final String POISON_PROPERTY = "envelope.memory.poison";

  private static final String NAME = "envelope";

  // Arrow names every root "ROOT"; the child carries the name that error messages should show.
  private static final BufferAllocator SHARED =
      newRoot(Boolean.getBoolean(POISON_PROPERTY)).newChildAllocator(NAME, 0, Long.MAX_VALUE);

  private static final BufferAllocator MAPPED =
      SHARED.newChildAllocator("mapped files", 0, Long.MAX_VALUE);

  private static final BufferAllocator ALLOCATED =
      SHARED.newChildAllocator("allocated memory", 0, Long.MAX_VALUE);

  private Allocators() {}

  /** The allocator above all others, named "envelope". Never closed. */
  public static BufferAllocator root() {
    return SHARED;
  }

  /** What accounts for mapped files, which take address space and no memory. Never closed. */
  public static BufferAllocator mapped() {
    return MAPPED;
  }

  /** What stands above everything that takes memory. Never closed. */
  public static BufferAllocator allocated() {
    return ALLOCATED;
  }

  /**
   * A new allocator below {@link #allocated()}, owned by the caller, who closes it when everything
   * that was allocated from it has been released.
   *
   * @param name what to call it in errors and metrics
   * @param limit how many bytes it may hold at once; beyond that it throws {@link
   *     org.apache.arrow.memory.OutOfMemoryException}
   */
  public static BufferAllocator child(String name, long limit) {
    return ALLOCATED.newChildAllocator(name, 0, limit);
  }

  private static BufferAllocator newRoot(boolean poison) {
    return newRoot(new TrackedAllocation.Source(poison));
  }

  /** A root of its own, for tests that look at memory when it is freed. */
  static BufferAllocator newRoot(boolean poison, LongConsumer free) {
    return newRoot(new TrackedAllocation.Source(poison, free));
  }

  private static BufferAllocator newRoot(TrackedAllocation.Source source) {
    return new RootAllocator(
        RootAllocator.configBuilder()
            .allocationManagerFactory(source)
            .roundingPolicy(size -> size)
            .build());
  }
}
