package dev.envelope.payload.storage;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.payload.document.MsgpackInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A MessagePack list of four: compressed bytes (LZ4, one block), the XXH3-64 of what they
 * decompress to as eight integers, how long that is, and a word for its format. All claims were
 * checked against each other and against cachekit's limits. Immutable; points into the region that
 * it was found in.
 */
public final class ByteStorage {
  /** cachekit's limit for the container, the compressed and the uncompressed bytes alike. */
  private static final long MOST_BYTES = 512L << 20;

  /** Its limit for how many times more comes out than went in. */
  private static final long MOST_RATIO = 1000;

  /** What cachekit writes for formats. */
  private static final Set<String> FORMATS = Set.of("msgpack", "dataframe", "series");

  private static final int LONGEST_FORMAT = 16;
  private static final int MEMBERS = 4;
  private static final int CHECKSUM = 8;

  /** MessagePack's bin 8, bin 16 and bin 32 but for their last two bits. */
  private static final int BINARY = 0xC4;

  private final Region region;
  private final long compressedOffset;
  private final long compressedLength;
  private final boolean integers;
  private final long checksum;
  private final long checksumOffset;
  private final long originalSize;
  private final long sizeOffset;

  private ByteStorage(
      Region region,
      long compressedOffset,
      long compressedLength,
      boolean integers,
      long checksum,
      long checksumOffset,
      long originalSize,
      long sizeOffset) {
    this.region = region;
    this.compressedOffset = compressedOffset;
    this.compressedLength = compressedLength;
    this.integers = integers;
    this.checksum = checksum;
    this.checksumOffset = checksumOffset;
    this.originalSize = originalSize;
    this.sizeOffset = sizeOffset;
  }

  /** What is no ByteStorage at all, unless it was claimed to be one. */
  private static final class OtherStructureException extends Exception {
    private static final long serialVersionUID = 1L;
    private final long offset;

    OtherStructureException(String message, long offset) {
      super(message);
      this.offset = offset;
    }
  }

  /**
   * Looks for a ByteStorage that a payload is, from its first byte to its last.
   *
   * @param region what the payload lies in, to the region's end; only needed as long as this is
   * @param offset where the payload starts
   * @param claimed whether the header says that it is one; some old releases have one and do not
   *     say so
   * @return empty where the payload is something else
   * @throws CorruptEntryException when it was claimed and is not, or breaks a limit
   */
  public static Optional<ByteStorage> find(Region region, long offset, boolean claimed) {
    ByteStorage found;
    try (ArrowBuf bytes = region.view(offset, region.size() - offset)) {
      MsgpackInput in = new MsgpackInput(bytes.memoryAddress(), bytes.capacity(), offset);
      found = read(region, in, offset);
    } catch (OtherStructureException e) {
      if (claimed) {
        throw new CorruptEntryException(
            "the header claims a compressed payload, but " + e.getMessage(), e.offset, e);
      }
      if (resembles(region, offset)) {
        throw new CorruptEntryException(
            "it is a damaged ByteStorage: " + e.getMessage(), e.offset, e);
      }
      return Optional.empty();
    } catch (CorruptEntryException e) {
      if (claimed) {
        throw e;
      }
      // The reader of plain documents says more about what is wrong with one.
      return Optional.empty();
    }
    // What looks like one is one: read as a plain list its members would be taken for rows.
    found.checkLimits(offset);
    return Optional.of(found);
  }

  private static ByteStorage read(Region region, MsgpackInput in, long offset)
      throws OtherStructureException {
    expect(
        in.left() > 0 && in.head() == MsgpackInput.ARRAY && in.length == MEMBERS,
        "no list of four begins here",
        offset);
    long dataAt = in.offset();
    int head = in.head();
    boolean integers = head == MsgpackInput.ARRAY;
    expect(integers || head == MsgpackInput.BIN, "no bytes come first", dataAt);
    long length = in.length;
    long start = integers ? in.offset() : in.offsetOf(in.payload);
    if (integers) {
      skipBytes(in, length);
    }
    long checksumAt = in.offset();
    expect(
        in.head() == MsgpackInput.ARRAY && in.length == CHECKSUM,
        "no list of eight integers comes second",
        checksumAt);
    long checksum = 0;
    for (int i = 0; i < CHECKSUM; i++) {
      checksum = checksum << Byte.SIZE | nextByte(in);
    }
    long sizeAt = in.offset();
    expect(
        in.head() == MsgpackInput.INT && in.number >= 0 && in.number <= 0xFFFF_FFFFL,
        "no size comes third",
        sizeAt);
    long size = in.number;
    long formatAt = in.offset();
    expect(in.head() == MsgpackInput.STR, "no text comes fourth", formatAt);
    expect(in.left() == 0, "something follows", in.offset());
    return new ByteStorage(region, start, length, integers, checksum, checksumAt, size, sizeAt);
  }

  /**
   * Whether so many members are what they are in a ByteStorage that it cannot be meant as plain
   * data: three of the four, which is cachekit's own rule; or two that no plain list has by chance,
   * so that damage in two places is noticed as well. A size is no such member, nor are lists of
   * small integers: a matrix has them.
   */
  private static boolean resembles(Region region, long offset) {
    try (ArrowBuf bytes = region.view(offset, region.size() - offset)) {
      MsgpackInput in = new MsgpackInput(bytes.memoryAddress(), bytes.capacity(), offset);
      if (in.head() != MsgpackInput.ARRAY || in.length != MEMBERS) {
        return false;
      }
      long compressedAt = in.offset();
      boolean compressed = isBytes(in, -1);
      boolean binary = compressed && (bytes.getByte(compressedAt - offset) & 0xFC) == BINARY;
      boolean hash = isBytes(in, CHECKSUM);
      int head = in.head();
      boolean size = head == MsgpackInput.INT && in.number >= 0;
      passMembers(in, head);
      boolean word = isFormat(in, bytes, offset);
      int alike = (compressed ? 1 : 0) + (hash ? 1 : 0) + (size ? 1 : 0) + (word ? 1 : 0);
      return alike >= MEMBERS - 1 || (word && alike > 1) || (binary && hash);
    } catch (CorruptEntryException e) {
      // No sound document at all; its reader says where.
      return false;
    }
  }

  private static boolean isFormat(MsgpackInput in, ArrowBuf bytes, long offset) {
    if (in.head() != MsgpackInput.STR || in.length > LONGEST_FORMAT) {
      return false;
    }
    byte[] word = new byte[(int) in.length];
    bytes.getBytes(in.offsetOf(in.payload) - offset, word);
    return FORMATS.contains(new String(word, StandardCharsets.UTF_8));
  }

  /** Passes over a value, and says whether it is bytes in either encoding. */
  private static boolean isBytes(MsgpackInput in, long count) {
    int head = in.head();
    if (head != MsgpackInput.ARRAY) {
      passMembers(in, head);
      return head == MsgpackInput.BIN && count < 0;
    }
    long members = in.length;
    boolean all = count < 0 || members == count;
    for (long i = 0; i < members; i++) {
      int member = in.head();
      all &= member == MsgpackInput.INT && in.number >= 0 && in.number <= 0xFF;
      passMembers(in, member);
    }
    return all;
  }

  /** Passes over what is in a value whose head was read. */
  private static void passMembers(MsgpackInput in, int head) {
    long members = 0;
    if (head == MsgpackInput.ARRAY) {
      members = in.length;
    } else if (head == MsgpackInput.MAP) {
      members = 2 * in.length;
    }
    for (long i = 0; i < members; i++) {
      in.skip();
    }
  }

  private void checkLimits(long offset) {
    refuse(region.size() - offset > MOST_BYTES, "the container", region.size() - offset, offset);
    refuse(compressedLength > MOST_BYTES, "its compressed part", compressedLength, offset);
    refuse(originalSize > MOST_BYTES, "what it claims to hold", originalSize, sizeOffset);
    if (compressedLength == 0) {
      throw new CorruptEntryException("the compressed part is empty", compressedOffset);
    }
    if (originalSize > MOST_RATIO * compressedLength) {
      throw new CorruptEntryException(
          originalSize
              + " bytes are claimed to be in "
              + compressedLength
              + " compressed ones, more than "
              + MOST_RATIO
              + " times as many",
          sizeOffset);
    }
  }

  private static void expect(boolean found, String problem, long offset)
      throws OtherStructureException {
    if (!found) {
      throw new OtherStructureException(problem, offset);
    }
  }

  private static void refuse(boolean tooLong, String what, long bytes, long offset) {
    if (tooLong) {
      throw new CorruptEntryException(
          what + " has " + bytes + " bytes; at most " + MOST_BYTES + " are allowed", offset);
    }
  }

  private static long nextByte(MsgpackInput in) throws OtherStructureException {
    long at = in.offset();
    expect(
        in.head() == MsgpackInput.INT && in.number >= 0 && in.number <= 0xFF,
        "an integer is no byte",
        at);
    return in.number;
  }

  private static void skipBytes(MsgpackInput in, long count) throws OtherStructureException {
    for (long i = 0; i < count; i++) {
      nextByte(in);
    }
  }

  /** The XXH3-64 of what is in it, as stored. */
  public long checksum() {
    return checksum;
  }

  /** Where the checksum is stored. */
  public long checksumOffset() {
    return checksumOffset;
  }

  /** How many bytes are in it. */
  public long originalSize() {
    return originalSize;
  }

  /**
   * Decompresses what is in it. The checksum is not compared.
   *
   * @param memory where it is put
   * @param aligned the offset that should lie on a 64-byte boundary
   * @return the bytes, which the caller closes
   * @throws CorruptEntryException when it does not decompress to what is claimed
   */
  public AllocatedRegion unpack(RegionMemory memory, long aligned) {
    if (!integers) {
      return unpack(region, compressedOffset, memory, aligned);
    }
    try (AllocatedRegion compressed =
        AllocatedRegion.allocate(memory.allocator(), compressedLength, 0)) {
      gather(compressed);
      return unpack(compressed, 0, memory, aligned);
    }
  }

  private void gather(Region target) {
    try (ArrowBuf from = region.view(compressedOffset, checksumOffset - compressedOffset);
        ArrowBuf to = target.view(0, compressedLength)) {
      MsgpackInput in = new MsgpackInput(from.memoryAddress(), from.capacity(), compressedOffset);
      for (long i = 0; i < compressedLength; i++) {
        if (in.head() != MsgpackInput.INT) {
          throw new CorruptEntryException("the bytes changed while they were read", in.offset());
        }
        to.setByte(i, (byte) in.number);
      }
    }
  }

  private AllocatedRegion unpack(Region from, long offset, RegionMemory memory, long aligned) {
    AllocatedRegion target = memory.allocate(originalSize, aligned);
    boolean done = false;
    try (ArrowBuf source = from.view(offset, compressedLength);
        ArrowBuf plain = target.view(0, originalSize)) {
      ByteBuffer packed = source.nioBuffer(0, (int) compressedLength);
      ByteBuffer out = plain.nioBuffer(0, (int) originalSize);
      // The safe one: others believe the input.
      int written =
          LZ4Factory.fastestInstance()
              .safeDecompressor()
              .decompress(packed, 0, packed.limit(), out, 0, out.limit());
      if (written != originalSize) {
        throw new CorruptEntryException(
            "the compressed part holds "
                + written
                + " bytes where "
                + originalSize
                + " are claimed",
            compressedOffset);
      }
      done = true;
      return target;
    } catch (LZ4Exception e) {
      throw new CorruptEntryException(
          "the compressed part is no sound LZ4 block", compressedOffset, e);
    } finally {
      if (!done) {
        target.close();
      }
    }
  }
}
