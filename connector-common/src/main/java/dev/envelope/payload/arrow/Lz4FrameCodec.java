package dev.envelope.payload.arrow;

import dev.envelope.memory.Xxh32;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * The LZ4 frame format, decoded on addresses.
 *
 * <p>An own decoder, because pyarrow links the blocks of a frame (matches reach into the blocks
 * before), which libraries for single blocks cannot decode, and Arrow's own way is 200 times
 * slower. Here linked blocks cost nothing: all output of a frame lies together in the target, and
 * matches are copied from there.
 *
 * <p>Follows "LZ4 Frame Format Description" 1.6.4 and "LZ4 Block Format Description". Concatenated
 * frames are joined and skippable frames skipped, as that text allows; all checksums that are there
 * are verified; dictionaries, the legacy format and reserved bits are refused.
 *
 * <p>Nothing the source says is believed: every read is checked against the source, every write
 * against the target, every match against what has been written, in 64-bit arithmetic, and nothing
 * is allocated.
 */
final class Lz4FrameCodec implements BufferCodec {
  private static final int MAGIC = 0x184D2204;
  private static final int SKIPPABLE_MAGIC = 0x184D2A50;
  private static final int SKIPPABLE_MASK = 0xFFFFFFF0;

  // The FLG byte.
  private static final int VERSION_MASK = 0xC0;
  private static final int VERSION = 0x40;
  private static final int BLOCKS_INDEPENDENT = 0x20;
  private static final int BLOCK_CHECKSUMS = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_CHECKSUM = 0x04;
  private static final int FLAGS_RESERVED = 0x02;
  private static final int DICTIONARY = 0x01;

  // The BD byte.
  private static final int DESCRIPTOR_RESERVED = 0x8F;
  private static final int SMALLEST_BLOCK_CODE = 4;

  private static final int BLOCK_STORED = 0x80000000;

  private static final int WORD = Long.BYTES;
  private static final int SHORTEST_MATCH = 4;
  private static final int LENGTH_CONTINUES = 15;

  /**
   * A token's own lengths: literals up to 14 and a match up to 18, copied in words without loops.
   */
  private static final int SHORT_LITERALS = 14;

  private static final int SHORT_LITERAL_WORDS = 2 * WORD;
  private static final int SHORT_MATCH = 18;
  private static final int SHORT_MATCH_WORDS = 3 * WORD;

  /** From this length on, the call to copy memory costs less than the loop it replaces. */
  private static final int LONG_COPY = 256;

  /**
   * The smallest multiple of a match offset below 8 that is at least 8: having written 8 bytes of a
   * repeating pattern, one may go on by whole words from so far back.
   */
  private static final int[] WORD_DISTANCE = {0, 8, 8, 9, 8, 10, 12, 14};

  // The buffer that is being decompressed.
  private long source;
  private long sourceEnd;
  private long targetEnd;
  // How far it is decompressed.
  private long in;
  private long out;

  @Override
  public void decompress(long source, long sourceLength, long target, long targetLength)
      throws MalformedBufferException {
    if (sourceLength < 0 || targetLength < 0) {
      throw new IllegalArgumentException("lengths " + sourceLength + ", " + targetLength);
    }
    this.source = source;
    this.sourceEnd = source + sourceLength;
    this.targetEnd = target + targetLength;
    this.in = source;
    this.out = target;
    while (in < sourceEnd) {
      readFrame();
    }
    if (out != targetEnd) {
      throw malformed(
          "decompresses to " + (out - target) + " bytes where " + targetLength + " are claimed",
          in);
    }
  }

  @Override
  public void close() {}

  private void readFrame() throws MalformedBufferException {
    long start = in;
    int magic = readInt("a frame's magic number");
    if ((magic & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
      long length = Integer.toUnsignedLong(readInt("the length of a skippable frame"));
      need(length, "a skippable frame");
      in += length;
      return;
    }
    if (magic != MAGIC) {
      throw malformed("no frame begins with " + Integer.toHexString(magic), start);
    }

    long descriptor = in;
    int flags = readByte("a frame's flags");
    if ((flags & VERSION_MASK) != VERSION) {
      throw malformed("frame version " + (flags >>> 6) + " where 1 is known", descriptor);
    }
    if ((flags & FLAGS_RESERVED) != 0) {
      throw malformed("a reserved bit is set in a frame's flags", descriptor);
    }
    if ((flags & DICTIONARY) != 0) {
      throw malformed("a frame asks for a dictionary", descriptor);
    }
    int blocks = readByte("a frame's block size");
    int blockCode = blocks >>> 4;
    if ((blocks & DESCRIPTOR_RESERVED) != 0 || blockCode < SMALLEST_BLOCK_CODE) {
      throw malformed("block size " + Integer.toHexString(blocks) + " is undefined", in - 1);
    }
    // Codes 4 to 7 stand for 64 KB, 256 KB, 1 MB and 4 MB.
    long blockSize = 1L << (8 + 2 * blockCode);
    long contentSize = -1;
    if ((flags & CONTENT_SIZE) != 0) {
      need(Long.BYTES, "a frame's content size");
      contentSize = MemoryUtil.getLong(in);
      if (contentSize < 0 || contentSize > targetEnd - out) {
        throw malformed(
            "a frame claims "
                + Long.toUnsignedString(contentSize)
                + " bytes where "
                + (targetEnd - out)
                + " are left",
            in);
      }
      in += Long.BYTES;
    }
    int headerChecksum = Xxh32.hash(descriptor, in - descriptor) >>> 8 & 0xFF;
    if (readByte("a frame's header checksum") != headerChecksum) {
      throw malformed("a frame's header does not match its checksum", in - 1);
    }

    long content = out;
    readBlocks(flags, blockSize);

    if (contentSize >= 0 && out - content != contentSize) {
      throw malformed(
          "a frame holds " + (out - content) + " bytes where it claims " + contentSize, in);
    }
    if ((flags & CONTENT_CHECKSUM) != 0
        && readInt("a frame's checksum") != Xxh32.hash(content, out - content)) {
      throw malformed("a frame's content does not match its checksum", in - Integer.BYTES);
    }
  }

  /** Reads the blocks of a frame and the mark behind the last one. */
  private void readBlocks(int flags, long blockSize) throws MalformedBufferException {
    long content = out;
    while (true) {
      int header = readInt("a block's size");
      if (header == 0) {
        return;
      }
      long length = header & ~BLOCK_STORED;
      if (length == 0 || length > blockSize) {
        throw malformed(
            "a block of " + length + " bytes in a frame of blocks up to " + blockSize,
            in - Integer.BYTES);
      }
      need(length, "a block");
      long block = in;
      long limit = Math.min(targetEnd, out + blockSize);
      if ((header & BLOCK_STORED) != 0) {
        if (length > limit - out) {
          throw malformed("more is stored than was claimed", in);
        }
        MemoryUtil.copyMemory(in, out, length);
        in += length;
        out += length;
      } else {
        // A linked block may look back at everything since the frame began; offsets end at 64 KB.
        long floor = (flags & BLOCKS_INDEPENDENT) != 0 ? out : content;
        out = readBlock(block, block + length, out, limit, floor);
        in = block + length;
      }
      if ((flags & BLOCK_CHECKSUMS) != 0
          && readInt("a block's checksum") != Xxh32.hash(block, length)) {
        throw malformed("a block does not match its checksum", in - Integer.BYTES);
      }
    }
  }

  /**
   * Decompresses one block.
   *
   * @param in the first byte of the block
   * @param end the byte behind the block
   * @param out where to write
   * @param limit how far the block may write
   * @param floor the first byte that a match may begin at
   * @return the byte behind the last one that was written
   */
  private long readBlock(long in, long end, long out, long limit, long floor)
      throws MalformedBufferException {
    // Whole words may be written up to here: beyond the block, never beyond the buffer.
    long lastTargetWord = targetEnd - WORD;
    // Up to here no short sequence ends a block or a buffer, so that none of its lengths need be
    // looked at: nine of ten sequences are short ones.
    long lastShortIn =
        Math.min(end - 1 - SHORT_LITERALS - Short.BYTES, sourceEnd - 1 - SHORT_LITERAL_WORDS);
    long lastShortOut =
        Math.min(
            limit - SHORT_LITERALS - SHORT_MATCH, targetEnd - SHORT_LITERALS - SHORT_MATCH_WORDS);
    while (true) {
      while (in <= lastShortIn && out <= lastShortOut) {
        int token = MemoryUtil.getByte(in) & 0xFF;
        int literals = token >>> 4;
        int match = token & 0xF;
        if (literals == LENGTH_CONTINUES || match == LENGTH_CONTINUES) {
          break;
        }
        MemoryUtil.putLong(out, MemoryUtil.getLong(in + 1));
        MemoryUtil.putLong(out + WORD, MemoryUtil.getLong(in + 1 + WORD));
        long matchOut = out + literals;
        long offset = MemoryUtil.getShort(in + 1 + literals) & 0xFFFFL;
        if (offset < WORD || offset > matchOut - floor) {
          // Left to the long way, which overwrites what was copied.
          break;
        }
        long from = matchOut - offset;
        MemoryUtil.putLong(matchOut, MemoryUtil.getLong(from));
        MemoryUtil.putLong(matchOut + WORD, MemoryUtil.getLong(from + WORD));
        MemoryUtil.putLong(matchOut + 2 * WORD, MemoryUtil.getLong(from + 2 * WORD));
        in += 1 + literals + Short.BYTES;
        out = matchOut + match + SHORTEST_MATCH;
      }
      if (in >= end) {
        throw malformed("a block ends without its last literals", in);
      }
      long token = MemoryUtil.getByte(in++) & 0xFFL;

      long literals = token >>> 4;
      if (literals == LENGTH_CONTINUES) {
        int more;
        do {
          if (in >= end) {
            throw malformed("a block ends in a length", in);
          }
          more = MemoryUtil.getByte(in++) & 0xFF;
          literals += more;
        } while (more == 0xFF);
      }
      if (literals > end - in) {
        throw malformed(literals + " literals where " + (end - in) + " bytes are left", in);
      }
      if (literals > limit - out) {
        throw malformed(literals + " literals where " + (limit - out) + " may follow", in);
      }
      long literalsEnd = out + literals;
      if (literals >= LONG_COPY) {
        MemoryUtil.copyMemory(in, out, literals);
      } else {
        boolean room = in + literals <= sourceEnd - 2 * WORD && literalsEnd <= targetEnd - 2 * WORD;
        copy(in, out, literalsEnd, room);
      }
      in += literals;
      out = literalsEnd;
      if (in == end) {
        return out;
      }

      if (end - in < Short.BYTES) {
        throw malformed("a block ends in a match offset", in);
      }
      long offset = MemoryUtil.getShort(in) & 0xFFFFL;
      if (offset == 0 || offset > out - floor) {
        throw malformed(
            "a match begins " + offset + " bytes back where there are " + (out - floor), in);
      }
      in += Short.BYTES;
      long match = token & 0xF;
      if (match == LENGTH_CONTINUES) {
        int more;
        do {
          if (in >= end) {
            throw malformed("a block ends in a length", in);
          }
          more = MemoryUtil.getByte(in++) & 0xFF;
          match += more;
        } while (more == 0xFF);
      }
      match += SHORTEST_MATCH;
      if (match > limit - out) {
        throw malformed(
            "a match of " + match + " bytes where " + (limit - out) + " may follow", in);
      }
      copyMatch(out, offset, match, lastTargetWord);
      out += match;
    }
  }

  /** Copies bytes from before {@code out}, of which the last may be among the copied ones. */
  private static void copyMatch(long out, long offset, long length, long lastTargetWord) {
    if (offset >= length && length >= LONG_COPY) {
      MemoryUtil.copyMemory(out - offset, out, length);
      return;
    }
    long end = out + length;
    long from = out - offset;
    if (offset < WORD) {
      long patternEnd = Math.min(end, out + WORD);
      while (out < patternEnd) {
        MemoryUtil.putByte(out++, MemoryUtil.getByte(from++));
      }
      from = out - WORD_DISTANCE[(int) offset];
    }
    // From here on the source lies at least a word back, so no word reads what it writes.
    copy(from, out, end, end <= lastTargetWord - WORD);
  }

  /**
   * Copies up to an end by words, in order.
   *
   * @param room whether two words may be read and written past the end
   */
  private static void copy(long from, long out, long end, boolean room) {
    if (room) {
      while (out < end) {
        MemoryUtil.putLong(out, MemoryUtil.getLong(from));
        MemoryUtil.putLong(out + WORD, MemoryUtil.getLong(from + WORD));
        from += 2 * WORD;
        out += 2 * WORD;
      }
      return;
    }
    while (end - out >= WORD) {
      MemoryUtil.putLong(out, MemoryUtil.getLong(from));
      from += WORD;
      out += WORD;
    }
    while (out < end) {
      MemoryUtil.putByte(out++, MemoryUtil.getByte(from++));
    }
  }

  private int readByte(String what) throws MalformedBufferException {
    need(Byte.BYTES, what);
    return MemoryUtil.getByte(in++) & 0xFF;
  }

  private int readInt(String what) throws MalformedBufferException {
    need(Integer.BYTES, what);
    int value = MemoryUtil.getInt(in);
    in += Integer.BYTES;
    return value;
  }

  private void need(long length, String what) throws MalformedBufferException {
    if (length > sourceEnd - in) {
      throw malformed("the buffer ends in " + what, in);
    }
  }

  private MalformedBufferException malformed(String problem, long at) {
    return new MalformedBufferException("LZ4: " + problem, at - source);
  }
}
