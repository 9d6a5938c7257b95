package dev.envelope.payload.arrow;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * zstd by the native library, with one context for all buffers of a reader.
 *
 * <p>Concatenated and skippable frames are read as zstd reads them: as one.
 */
final class ZstdCodec implements BufferCodec {
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();

  @Override
  public void decompress(long source, long sourceLength, long target, long targetLength)
      throws MalformedBufferException {
    if (sourceLength == 0 && targetLength == 0) {
      return;
    }
    int sourceSize = intLength(sourceLength, "compressed");
    int targetSize = intLength(targetLength, "decompressed");
    int written;
    try {
      written =
          context.decompressDirectByteBuffer(
              MemoryUtil.directBuffer(target, targetSize),
              0,
              targetSize,
              MemoryUtil.directBuffer(source, sourceSize),
              0,
              sourceSize);
    } catch (ZstdException malformed) {
      throw new MalformedBufferException("zstd: " + malformed.getMessage(), 0, malformed);
    }
    if (written != targetLength) {
      throw new MalformedBufferException(
          "zstd: decompresses to " + written + " bytes where " + targetLength + " are claimed", 0);
    }
  }

  @Override
  public void close() {
    context.close();
  }

  private static int intLength(long length, String what) throws MalformedBufferException {
    // zstd-jni's calls on a reused context take buffers, whose sizes are ints.
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new MalformedBufferException(
          "zstd: a "
              + what
              + " length of "
              + length
              + " bytes; at most "
              + Integer.MAX_VALUE
              + " are supported in one buffer",
          0);
    }
    return (int) length;
  }
}
