package dev.envelope.store;

import dev.envelope.ChangedEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.PartialRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * An entry of a server that hands out values whole, each in one answer.
 *
 * <p>When it is opened, the first bytes are read and the others left on their way, so that the
 * region that they go to can be placed by what the first ones say: they pass through no memory but
 * that. An answer that breaks off is asked for again, and refused if it is another write.
 *
 * <p>Reads beyond the first bytes take the value whole into memory, which is handed out by the next
 * {@link #region} or freed by {@link #close}.
 */
public final class OneReplyEntry implements StoredEntry {
  /** How much is read when an entry is opened: most headers are below 200 bytes. */
  private static final int HEAD = 4096;

  /** How much one read asks for; a buffer cannot be longer than 2 GiB. */
  private static final int CHUNK = 64 << 20;

  /** How often an answer is asked for that breaks off. */
  private static final int ATTEMPTS = 3;

  private final ValueSource source;
  private final EntryId id;
  private final StoreTraffic traffic;
  private final long size;
  private byte[] head;

  /** What is still to come after the head; null where it was taken or given up. */
  private ValueReply rest;

  private AllocatedRegion whole;

  private OneReplyEntry(
      ValueSource source, EntryId id, StoreTraffic traffic, long size, byte[] head) {
    this.source = source;
    this.id = id;
    this.traffic = traffic;
    this.size = size;
    this.head = head;
  }

  /**
   * Asks for an entry and reads its first bytes.
   *
   * @param traffic told of retries
   */
  public static OneReplyEntry open(ValueSource source, EntryId id, StoreTraffic traffic) {
    Begun begun = begin(source, id, traffic, HEAD);
    OneReplyEntry entry =
        new OneReplyEntry(source, id, traffic, begun.reply().size(), begun.head().array());
    entry.rest = begun.reply();
    return entry;
  }

  /** An entry that was fetched whole before it was opened. */
  public static OneReplyEntry fetched(
      ValueSource source, EntryId id, StoreTraffic traffic, byte[] value) {
    return new OneReplyEntry(source, id, traffic, value.length, value);
  }

  /** An answer whose first bytes were read. */
  private record Begun(ValueReply reply, ByteBuffer head) {}

  private static Begun begin(ValueSource source, EntryId id, StoreTraffic traffic, int length) {
    for (int attempt = 1; ; attempt++) {
      ValueReply reply = source.ask(id);
      try {
        ByteBuffer head = ByteBuffer.allocate((int) Math.min(length, reply.size()));
        reply.read(head);
        return new Begun(reply, head);
      } catch (IOException e) {
        reply.close();
        if (attempt == ATTEMPTS) {
          throw source.brokenOff(id, e);
        }
        traffic.retried();
      } catch (RuntimeException | Error e) {
        reply.close();
        throw e;
      }
    }
  }

  @Override
  public EntryId id() {
    return id;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public long expiresAt() {
    return source.expiresAt(id);
  }

  /** Nothing of the kind is known. */
  @Override
  public String revision() {
    return null;
  }

  @Override
  public boolean inParts() {
    return false;
  }

  @Override
  public boolean mapped() {
    return false;
  }

  @Override
  public void stampedBy(int length) {
    if (length > head.length) {
      ByteBuffer longer = ByteBuffer.allocate(length);
      read(0, longer);
      head = longer.array();
    }
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Region.check(offset, target.remaining(), size);
    if (offset + target.remaining() <= head.length) {
      target.put(head, (int) offset, target.remaining());
      return;
    }
    if (whole == null) {
      whole = pullWhole(RegionMemory.of(Allocators.allocated()), 0);
    }
    whole.read(offset, target);
  }

  @Override
  public Region region(RegionMemory memory, long aligned) {
    if (whole != null) {
      // Read already, because somebody wanted to see more than the head; it is held only once.
      Region region = whole;
      whole = null;
      return region;
    }
    return pullWhole(memory, aligned);
  }

  /** {@inheritDoc} The parts are copied out of the whole value, which has to come in any case. */
  @Override
  public Pull pull(BufferAllocator allocator, List<ByteRange> ranges, long aligned) {
    if (whole == null) {
      whole = pullWhole(RegionMemory.of(allocator), aligned);
    }
    PartialRegion parts = PartialRegion.allocate(allocator, size, ranges, aligned);
    try {
      for (ByteRange range : ranges) {
        try (ArrowBuf from = whole.view(range.offset(), range.length());
            ArrowBuf to = parts.view(range.offset(), range.length())) {
          to.setBytes(0, from, 0, range.length());
        }
      }
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
    return new CompletedPull(parts);
  }

  private AllocatedRegion pullWhole(RegionMemory memory, long aligned) {
    AllocatedRegion region = memory.allocate(size, aligned);
    try (ArrowBuf bytes = region.view(0, size)) {
      fill(bytes);
      return region;
    } catch (RuntimeException | Error e) {
      region.close();
      throw e;
    }
  }

  private void fill(ArrowBuf bytes) {
    for (int attempt = 1; ; attempt++) {
      bytes.setBytes(0, head);
      if (head.length == size) {
        return;
      }
      try (ValueReply reply = rest == null ? again() : rest) {
        rest = null;
        for (long at = head.length; at < size; at += CHUNK) {
          reply.read(bytes.nioBuffer(at, (int) Math.min(CHUNK, size - at)));
        }
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw source.brokenOff(id, e);
        }
        traffic.retried();
      }
    }
  }

  private ValueReply again() {
    Begun begun = begin(source, id, traffic, head.length);
    if (begun.reply().size() != size || !Arrays.equals(begun.head().array(), head)) {
      begun.reply().close();
      throw new ChangedEntryException(
          "entry '" + id.label() + "' was written again while it was read");
    }
    return begun.reply();
  }

  @Override
  public void close() {
    if (rest != null) {
      rest.close();
      rest = null;
    }
    if (whole != null) {
      whole.close();
      whole = null;
    }
  }
}
