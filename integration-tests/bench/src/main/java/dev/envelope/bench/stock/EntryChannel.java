package dev.envelope.bench.stock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The Arrow file in an entry's file, as if it stood alone. */
final class EntryChannel implements SeekableByteChannel {
  private static final int HEADER_LENGTH_AT = 17;
  private static final long AROUND_HEADER = 14 + 7 + 8L;

  private final FileChannel file;
  private final long start;

  EntryChannel(Path path) throws IOException {
    this.file = FileChannel.open(path, StandardOpenOption.READ);
    ByteBuffer length = ByteBuffer.allocate(4);
    file.read(length, HEADER_LENGTH_AT);
    this.start = AROUND_HEADER + length.getInt(0);
    file.position(start);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return file.read(target);
  }

  @Override
  public long position() throws IOException {
    return file.position() - start;
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    file.position(start + position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size() - start;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
