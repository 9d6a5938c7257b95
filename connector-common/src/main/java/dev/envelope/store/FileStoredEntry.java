package dev.envelope.store;

import dev.envelope.CorruptEntryException;
import dev.envelope.StoreException;
import dev.envelope.entry.FileHeader;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.MappedRegion;
import dev.envelope.memory.PartialRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.FileAccess;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** An open file: cachekit replaces entries by renaming, so an open file stays one and the same. */
final class FileStoredEntry implements StoredEntry {
  /** How much one read call moves; larger ones gain nothing. */
  private static final int CHUNK = 8 << 20;

  private final EntryId id;
  private final FileChannel channel;
  private final long size;
  private final long expiresAt;
  private final String revision;
  private final FileAccess access;

  FileStoredEntry(
      EntryId id,
      FileChannel channel,
      long size,
      long expiresAt,
      String revision,
      FileAccess access) {
    this.id = id;
    this.channel = channel;
    this.size = size;
    this.expiresAt = expiresAt;
    this.revision = revision;
    this.access = access;
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
    return expiresAt;
  }

  @Override
  public String revision() {
    return revision;
  }

  @Override
  public boolean mapped() {
    return access == FileAccess.MAP;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Region.check(offset, target.remaining(), size);
    try {
      readFully(channel, FileHeader.LENGTH + offset, target);
    } catch (EOFException e) {
      throw new CorruptEntryException("the file was cut short while it was read", offset, e);
    } catch (IOException e) {
      throw new StoreException("cannot read the file of entry '" + id.label() + "'", e);
    }
  }

  @Override
  public Region region(RegionMemory memory, long aligned) {
    if (access == FileAccess.MAP) {
      return new MappedRegion(channel, FileHeader.LENGTH, size, memory.allocator());
    }
    AllocatedRegion region = memory.allocate(size, aligned);
    try {
      fill(region, new ByteRange(0, size));
    } catch (RuntimeException e) {
      region.close();
      throw e;
    }
    return region;
  }

  @Override
  public Pull pull(BufferAllocator allocator, List<ByteRange> ranges, long aligned) {
    PartialRegion region = PartialRegion.allocate(allocator, size, ranges, aligned);
    try {
      ranges.forEach(range -> fill(region, range));
    } catch (RuntimeException e) {
      region.close();
      throw e;
    }
    return new CompletedPull(region);
  }

  private void fill(Region region, ByteRange range) {
    for (long offset = range.offset(); offset < range.end(); offset += CHUNK) {
      int length = (int) Math.min(CHUNK, range.end() - offset);
      try (ArrowBuf chunk = region.view(offset, length)) {
        read(offset, chunk.nioBuffer(0, length));
      }
    }
  }

  static void readFully(FileChannel channel, long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = channel.read(target, at);
      if (count < 0) {
        throw new EOFException("end of file at " + at);
      }
      at += count;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("cannot close the file of entry '" + id.label() + "'", e);
    }
  }
}
