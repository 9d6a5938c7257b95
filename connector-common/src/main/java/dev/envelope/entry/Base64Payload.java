package dev.envelope.entry;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.AllocatedRegion;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Decodes base64 text into a region as the text arrives.
 *
 * <p>As lenient as Python's {@code base64.b64decode}, which read these entries: characters outside
 * the alphabet are passed over, and nothing counts after the padding. And as strict: text beyond
 * ASCII is refused, and so is a last group that is neither whole nor padded.
 */
final class Base64Payload extends Writer {
  private static final int QUADS = 1 << 12;

  private static final char LAST_ASCII = 127;

  private final byte[] letters = new byte[4 * QUADS];
  private final long offset;
  private AllocatedRegion region;
  private int pending;
  private int padding;
  private long written;

  /**
   * Allocates the region.
   *
   * @param textLength no fewer than the letters that will come
   * @param offset where in the stored value the text starts, for errors
   */
  Base64Payload(BufferAllocator allocator, long textLength, long offset) {
    this.offset = offset;
    region = AllocatedRegion.allocate(allocator, textLength / 4 * 3 + 3, 0);
  }

  @Override
  public void write(char[] text, int start, int length) {
    for (int i = start; i < start + length; i++) {
      char letter = text[i];
      if (letter > LAST_ASCII) {
        throw new CorruptEntryException(
            "the legacy envelope's 'data' is not base64: it has characters beyond ASCII", offset);
      }
      if (padding > 0 && (pending + padding) % 4 == 0) {
        continue;
      }
      if (letter == '=') {
        // Python ignores padding where no group is open.
        padding += pending % 4 >= 2 ? 1 : 0;
      } else if (isLetter(letter)) {
        padding = 0;
        letters[pending++] = (byte) letter;
        if (pending == letters.length) {
          decode();
        }
      }
    }
  }

  private static boolean isLetter(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/';
  }

  private void decode() {
    byte[] bytes = Base64.getDecoder().decode(ByteBuffer.wrap(letters, 0, pending)).array();
    int count = pending / 4 * 3 + Math.max(0, pending % 4 - 1);
    try (ArrowBuf target = region.view(written, count)) {
      target.setBytes(0, bytes, 0, count);
    }
    written += count;
    pending = 0;
  }

  /** Ends the text and hands the region over, which the caller closes. */
  AllocatedRegion finish() {
    if ((pending + padding) % 4 != 0) {
      throw new CorruptEntryException(
          "the legacy envelope's 'data' is cut off: its base64 ends within a group", offset);
    }
    decode();
    AllocatedRegion payload = region.shortenedTo(written);
    region = null;
    return payload;
  }

  @Override
  public void flush() {}

  /** Gives the region back unless it was handed over. */
  @Override
  public void close() {
    if (region != null) {
      region.close();
      region = null;
    }
  }
}
