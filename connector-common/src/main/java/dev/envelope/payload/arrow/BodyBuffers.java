package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.Region;
import dev.envelope.payload.DecodeStats;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ReferenceManager;

/**
 * Hands out the buffers of one batch's body in order: views where they lie as they are,
 * decompressed where they do not. Each buffer stays readable until {@link #close}; vectors take
 * references of their own.
 */
final class BodyBuffers implements AutoCloseable {
  /** The uncompressed length before each compressed buffer. */
  private static final int PREFIX = 8;

  /** The prefix of a buffer that is stored as it is. */
  private static final long RAW = -1;

  /**
   * More than either codec can make of one byte (zstd: a block of 128 KiB in 4 bytes): what claims
   * more is refused before it is allocated.
   */
  private static final long BEST_RATIO = 1 << 16;

  private final BufferAllocator allocator;
  private final BatchMetadata metadata;
  private final Region region;
  private final Codecs codecs;
  private final DecodeStats stats;
  private final List<ArrowBuf> views = new ArrayList<>();
  private final List<ArrowBuf> decompressed = new ArrayList<>();
  private int next;

  /**
   * Views nothing yet: of the region only the buffers are touched that are asked for.
   *
   * @param allocator for what must be decompressed
   * @param region what the block's offsets point into
   */
  BodyBuffers(
      BufferAllocator allocator,
      BatchMetadata metadata,
      Region region,
      Codecs codecs,
      DecodeStats stats) {
    this.allocator = allocator;
    this.metadata = metadata;
    this.region = region;
    this.codecs = codecs;
    this.stats = stats;
  }

  void startAt(int buffer) {
    next = buffer;
  }

  /** Where in the stored value the buffer begins that was handed out last. */
  long offset() {
    return metadata.block().bodyOffset() + metadata.offsets()[next - 1];
  }

  /** Whether the next buffer takes no bytes. */
  boolean nextIsEmpty() {
    return metadata.sizes()[next] == 0;
  }

  /**
   * The next buffer.
   *
   * @param needed how many bytes the rows take
   * @param what the buffer's name for errors
   */
  ArrowBuf next(long needed, String what) {
    return next(needed, 2 * needed + (1 << 16), what);
  }

  /** The next buffer, of whatever length it has. */
  ArrowBuf nextOfAnyLength(String what) {
    // Views point into their data by 32-bit offsets.
    return next(0, Integer.MAX_VALUE, what);
  }

  /**
   * The next buffer.
   *
   * @param most how many bytes a compressed one may claim to have; writers pad, but not without end
   */
  private ArrowBuf next(long needed, long most, String what) {
    long start = metadata.offsets()[next];
    long size = metadata.sizes()[next];
    next++;
    if (size == 0 || metadata.codec() == BatchMetadata.PLAIN) {
      return view(start, size, needed, what);
    }
    if (size < PREFIX) {
      throw corrupt("the compressed " + what + " has only " + size + " bytes");
    }
    ArrowBuf source = view(start, size);
    long claimed = source.getLong(0);
    if (claimed == RAW) {
      return part(source, size - PREFIX, needed, what);
    }
    if (claimed < needed || claimed > Math.min(most, size * BEST_RATIO)) {
      throw corrupt(
          "the compressed " + what + " claims " + claimed + " bytes where its rows take " + needed);
    }
    ArrowBuf target = allocator.buffer(claimed);
    decompressed.add(target);
    if (claimed == 0) {
      return target;
    }
    try {
      codecs
          .of(metadata.codec())
          .decompress(
              source.memoryAddress() + PREFIX, size - PREFIX, target.memoryAddress(), claimed);
    } catch (MalformedBufferException e) {
      String codec = metadata.codec() == CompressionType.ZSTD ? "zstd" : "lz4";
      throw new CorruptEntryException(
          "the " + codec + "-compressed " + what + " is damaged: " + e.problem(),
          offset() + PREFIX + e.offset(),
          e);
    }
    stats.addDecompressed(claimed);
    return target;
  }

  private ArrowBuf view(long start, long size, long needed, String what) {
    refuseShort(size, needed, what);
    return size == 0 ? allocator.getEmpty() : view(start, size);
  }

  /** A buffer that is stored as it is behind its prefix. */
  private ArrowBuf part(ArrowBuf source, long size, long needed, String what) {
    refuseShort(size, needed, what);
    return size == 0 ? allocator.getEmpty() : source.slice(PREFIX, size);
  }

  private void refuseShort(long size, long needed, String what) {
    if (size < needed) {
      throw corrupt("the " + what + " has " + size + " bytes where its rows take " + needed);
    }
  }

  private ArrowBuf view(long start, long size) {
    ArrowBuf view = region.view(metadata.block().bodyOffset() + start, size);
    views.add(view);
    return view;
  }

  /**
   * A reference on each piece of memory that vectors view, for whoever owns the vectors to release
   * after them.
   *
   * <p>Without them the vectors would outlive all references that are the region's own, and Arrow
   * would then charge their allocator for the whole region, which is a mapped file perhaps.
   */
  List<ArrowBuf> held() {
    List<ArrowBuf> held = new ArrayList<>();
    ReferenceManager last = null;
    for (ArrowBuf view : views) {
      ReferenceManager memory = view.getReferenceManager();
      if (memory != last) {
        memory.retain();
        held.add(view);
        last = memory;
      }
    }
    return held;
  }

  CorruptEntryException corrupt(String problem) {
    return new CorruptEntryException(problem, offset());
  }

  @Override
  public void close() {
    views.forEach(ArrowBuf::close);
    views.clear();
    decompressed.forEach(ArrowBuf::close);
    decompressed.clear();
  }
}
