package dev.envelope.store.redis;

import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.PartialRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.store.EntryId;
import dev.envelope.store.Pull;
import dev.envelope.store.StoredEntry;
import dev.envelope.store.redis.RangePull.Proof;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A string value as it was when its head was read.
 *
 * <p>Reads within the head cost nothing. Others are checked against the stamp; before there is one,
 * and for values that have none, the value is fetched whole, so that it is one and the same write.
 */
final class RedisStoredEntry implements StoredEntry {
  /** What one reply may hold of a value that cannot be checked: as much as a chunk by default. */
  private static final long ONE_REPLY = 1 << 20;

  /** By what a value without a stamp is recognized, besides that nobody touched it. */
  private static final int UNSTAMPED_START = 256;

  private final RedisStore store;
  private final EntryId id;
  private final byte[] key;
  private final long size;
  private byte[] head;
  private final TreeMap<Long, byte[]> fetched = new TreeMap<>();
  private int stamp;
  private Region whole;

  RedisStoredEntry(RedisStore store, EntryId id, Head head) {
    this.store = store;
    this.id = id;
    this.key = RedisStore.keyOf(id);
    this.size = head.size();
    this.head = head.bytes();
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
    String what = RedisStore.what(id);
    long millis =
        store
            .attempts(key, what)
            .run(
                connection -> {
                  Reply.Amount left = new Reply.Amount();
                  connection.run(Step.of(new Request(Verb.PTTL, left, key)), what, store.traffic());
                  return left.value();
                });
    // -1 for never; -2 for gone, which whoever reads on will find out.
    return millis < 0 ? 0 : TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis() + millis);
  }

  /** Nothing of the kind is known of a string. */
  @Override
  public String revision() {
    return null;
  }

  @Override
  public boolean mapped() {
    return false;
  }

  @Override
  public void stampedBy(int length) {
    if (length > head.length) {
      // A header as long as that was read from the whole value, which is here.
      ByteBuffer longer = ByteBuffer.allocate(length);
      read(0, longer);
      head = longer.array();
    }
    stamp = length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    int length = target.remaining();
    Region.check(offset, length, size);
    if (offset + length <= head.length) {
      target.put(head, (int) offset, length);
      return;
    }
    Map.Entry<Long, byte[]> part = fetched.floorEntry(offset);
    if (part != null && offset + length <= part.getKey() + part.getValue().length) {
      target.put(part.getValue(), (int) (offset - part.getKey()), length);
      return;
    }
    if (stamp == 0) {
      if (whole == null) {
        whole = pullWhole(RegionMemory.of(Allocators.allocated()), 0);
      }
      whole.read(offset, target);
      return;
    }
    try (Region region = fetch(List.of(new ByteRange(offset, length)))) {
      region.read(offset, target);
    }
  }

  @Override
  public void prefetch(List<ByteRange> ranges) {
    if (stamp == 0) {
      return;
    }
    List<ByteRange> wanted = new ArrayList<>();
    for (ByteRange range : ranges) {
      Region.check(range.offset(), range.length(), size);
      if (range.length() > 0 && range.end() > head.length) {
        wanted.add(range);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    try (Region region = fetch(wanted)) {
      for (ByteRange range : wanted) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(range.length()));
        region.read(range.offset(), bytes);
        fetched.put(range.offset(), bytes.array());
      }
    }
  }

  private Region fetch(List<ByteRange> ranges) {
    try (Pull pull = pull(Allocators.allocated(), ranges, 0)) {
      return pull.await();
    }
  }

  @Override
  public Region region(RegionMemory memory, long aligned) {
    if (whole != null) {
      // Read already, because there was no stamp to read parts by; it is held only once.
      Region region = whole;
      whole = null;
      return region;
    }
    return pullWhole(memory, aligned);
  }

  private Region pullWhole(RegionMemory memory, long aligned) {
    AllocatedRegion region = memory.allocate(size, aligned);
    List<ArrowBuf> views = new ArrayList<>();
    try {
      views.add(region.view(0, size));
    } catch (RuntimeException e) {
      region.close();
      throw e;
    }
    if (head.length == size) {
      views.get(0).setBytes(0, head);
      views.get(0).close();
      return region;
    }
    boolean single = size <= Math.max(ONE_REPLY, stamp > 0 ? store.settings().chunkSize() : 0);
    Proof proof = single ? Proof.ONE_REPLY : stamp > 0 ? Proof.EVERY_PIECE : Proof.WATCH;
    List<Chunk> chunks = new ArrayList<>();
    if (single) {
      chunks.add(new Chunk(0, (int) size, views.get(0), 0));
    } else {
      cut(new ByteRange(0, size), views.get(0), chunks);
    }
    try (RangePull pull = newPull(proof, region, chunks, views)) {
      pull.start();
      return pull.await();
    }
  }

  @Override
  public Pull pull(BufferAllocator allocator, List<ByteRange> ranges, long aligned) {
    if (stamp == 0) {
      throw new IllegalStateException("parts of a value without a stamp");
    }
    PartialRegion region = PartialRegion.allocate(allocator, size, ranges, aligned);
    List<ArrowBuf> views = new ArrayList<>();
    List<Chunk> chunks = new ArrayList<>();
    try {
      for (ByteRange range : ranges) {
        if (range.length() > 0) {
          ArrowBuf view = region.view(range.offset(), range.length());
          views.add(view);
          cut(range, view, chunks);
        }
      }
    } catch (RuntimeException e) {
      views.forEach(ArrowBuf::close);
      region.close();
      throw e;
    }
    RangePull pull = newPull(Proof.EVERY_PIECE, region, chunks, views);
    pull.start();
    return pull;
  }

  private void cut(ByteRange range, ArrowBuf view, List<Chunk> chunks) {
    int most = store.settings().chunkSize();
    for (long at = range.offset(); at < range.end(); at += most) {
      int length = (int) Math.min(most, range.end() - at);
      chunks.add(new Chunk(at, length, view, at - range.offset()));
    }
  }

  private RangePull newPull(Proof proof, Region region, List<Chunk> chunks, List<ArrowBuf> views) {
    int length = stamp > 0 ? stamp : Math.min(head.length, UNSTAMPED_START);
    return new RangePull(
        store, id, size, Arrays.copyOf(head, length), proof, region, chunks, views);
  }

  @Override
  public void close() {
    if (whole != null) {
      whole.close();
      whole = null;
    }
  }
}
