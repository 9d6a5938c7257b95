package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.memory.ByteRange;

/**
 * Where a message of an IPC file lies, in offsets of the stored value.
 *
 * @param offset where its metadata starts
 * @param metadataLength how long the metadata is, with its prefix and padding
 * @param bodyLength how long the body after it is
 */
record IpcBlock(long offset, int metadataLength, long bodyLength) {

  /** The metadata of a batch of 100,000 columns has 4 MB. */
  private static final int LARGEST_METADATA = 64 << 20;

  /** A block of the footer, whose offset counts from the start of the file. */
  static IpcBlock check(
      long start, long footerStart, long offset, int metadataLength, long bodyLength) {
    long room = footerStart - start;
    if (offset < 8 || metadataLength < 8 || bodyLength < 0) {
      throw new CorruptEntryException(
          "the Arrow file's footer lists a block at "
              + offset
              + " with "
              + metadataLength
              + " bytes of metadata and "
              + bodyLength
              + " of body",
          footerStart);
    }
    if (offset > room
        || metadataLength > room - offset
        || bodyLength > room - offset - metadataLength) {
      throw new CorruptEntryException(
          "the Arrow file's footer lists a block at "
              + offset
              + " with "
              + metadataLength
              + " + "
              + bodyLength
              + " bytes, which reaches past the footer",
          footerStart);
    }
    if (metadataLength > LARGEST_METADATA) {
      throw new CorruptEntryException(
          "a message claims " + metadataLength + " bytes of metadata", start + offset);
    }
    return new IpcBlock(start + offset, metadataLength, bodyLength);
  }

  long bodyOffset() {
    return offset + metadataLength;
  }

  ByteRange metadata() {
    return new ByteRange(offset, metadataLength);
  }

  ByteRange all() {
    return new ByteRange(offset, metadataLength + bodyLength);
  }
}
