package dev.envelope.payload.arrow;

import org.apache.arrow.flatbuf.CompressionType;

/** The codecs of one reader, each made when it is first needed. Not thread-safe. */
final class Codecs implements AutoCloseable {
  private ZstdCodec zstd;
  private Lz4FrameCodec lz4;

  BufferCodec of(byte compressionType) {
    if (compressionType == CompressionType.ZSTD) {
      if (zstd == null) {
        zstd = new ZstdCodec();
      }
      return zstd;
    }
    if (lz4 == null) {
      lz4 = new Lz4FrameCodec();
    }
    return lz4;
  }

  @Override
  public void close() {
    if (zstd != null) {
      zstd.close();
      zstd = null;
    }
    if (lz4 != null) {
      lz4.close();
      lz4 = null;
    }
  }
}
