package dev.envelope.payload.arrow;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.ByteRange;
import dev.envelope.memory.ByteSource;
import dev.envelope.memory.Region;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.PayloadTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The footer of an Arrow IPC file: its schema, and where its dictionaries and record batches are.
 *
 * <p>Holds no memory of the file. Immutable and thread-safe.
 */
public final class ArrowFile implements PayloadTable {
  private static final byte[] MAGIC = {'A', 'R', 'R', 'O', 'W', '1'};

  /** The length of the footer, and the magic after it. */
  private static final int TAIL = 4 + MAGIC.length;

  /** The magic with its padding. */
  private static final int HEAD = 8;

  /**
   * A footer holds some hundred bytes a column and 24 a batch: 100,000 columns and a million
   * batches fit. What is larger is refused before it is allocated.
   */
  private static final int LARGEST_FOOTER = 64 << 20;

  /** Room for some hundred columns with pandas' metadata and as many batches. */
  private static final long TYPICAL_FOOTER = 64 << 10;

  private final List<FieldLayout> columns;
  private final List<IpcBlock> dictionaries;
  private final List<IpcBlock> batches;
  private final long start;

  private ArrowFile(
      List<FieldLayout> columns, List<IpcBlock> dictionaries, List<IpcBlock> batches, long start) {
    this.columns = List.copyOf(columns);
    this.dictionaries = List.copyOf(dictionaries);
    this.batches = List.copyOf(batches);
    this.start = start;
  }

  /** Whether an Arrow IPC file begins at an offset. */
  public static boolean beginsAt(ByteSource source, long offset) {
    if (offset > source.size() - MAGIC.length) {
      return false;
    }
    ByteBuffer head = source.copy(offset, MAGIC.length, "magic");
    return head.equals(ByteBuffer.wrap(MAGIC));
  }

  /**
   * Reads the footer of the file that reaches from an offset to the end of a source.
   *
   * @param source what the file lies in
   * @param start where in the source the file starts
   * @throws CorruptEntryException when the bytes are no sound Arrow IPC file
   * @throws UnsupportedEntryException when it is one that cannot be read here
   */
  public static ArrowFile open(ByteSource source, long start) {
    long end = source.size();
    if (!beginsAt(source, start)) {
      throw new CorruptEntryException("no Arrow file begins here: its magic is missing", start);
    }
    if (end - start < HEAD + TAIL) {
      throw new CorruptEntryException("the Arrow file is cut off", end);
    }
    ByteBuffer tail = source.copy(end - TAIL, TAIL, "end of the Arrow file");
    if (!tail.slice(4, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      throw new CorruptEntryException(
          "the Arrow file is cut off: it does not end with its magic", end - MAGIC.length);
    }
    int length = tail.getInt(0);
    if (length <= 0 || length > end - start - HEAD - TAIL) {
      throw new CorruptEntryException(
          "the Arrow file's footer claims " + length + " bytes", end - TAIL);
    }
    if (length > LARGEST_FOOTER) {
      throw new UnsupportedEntryException(
          "the Arrow file's footer has "
              + length
              + " bytes; at most "
              + LARGEST_FOOTER
              + " are read");
    }
    long footerStart = end - TAIL - length;
    ByteBuffer bytes = source.copy(footerStart, length, "footer");
    return Flatbuffer.read(
        "Arrow file's footer", footerStart, () -> parse(bytes, start, footerStart));
  }

  private static ArrowFile parse(ByteBuffer bytes, long start, long footerStart) {
    Footer footer = Footer.getRootAsFooter(bytes);
    Schema schema = footer.schema();
    if (schema == null) {
      throw new CorruptEntryException("the Arrow file's footer has no schema", footerStart);
    }
    if (schema.endianness() != Endianness.Little) {
      throw new UnsupportedEntryException(
          "the Arrow file is big-endian; only little-endian ones are read");
    }
    FieldLayout.Parser parser =
        new FieldLayout.Parser(footer.version(), footerStart, bytes.capacity());
    List<FieldLayout> columns = new ArrayList<>();
    for (int i = 0; i < schema.fieldsLength(); i++) {
      columns.add(parser.parse(schema.fields(i), 0));
    }
    List<IpcBlock> dictionaries =
        blocks(footer::dictionaries, footer.dictionariesLength(), start, footerStart, bytes);
    List<IpcBlock> batches =
        blocks(footer::recordBatches, footer.recordBatchesLength(), start, footerStart, bytes);
    refuseOverlaps(dictionaries, batches);
    return new ArrowFile(columns, dictionaries, batches, start);
  }

  /** Without this a small footer could have one large batch read a million times. */
  private static void refuseOverlaps(List<IpcBlock> dictionaries, List<IpcBlock> batches) {
    List<IpcBlock> all = new ArrayList<>(dictionaries);
    all.addAll(batches);
    all.sort(Comparator.comparingLong(IpcBlock::offset));
    for (int i = 1; i < all.size(); i++) {
      IpcBlock before = all.get(i - 1);
      if (before.bodyOffset() + before.bodyLength() > all.get(i).offset()) {
        throw new CorruptEntryException(
            "two blocks that the Arrow file's footer lists overlap", all.get(i).offset());
      }
    }
  }

  private static List<IpcBlock> blocks(
      IntFunction<Block> blockAt, int count, long start, long footerStart, ByteBuffer footer) {
    if (count > footer.capacity() / 24) {
      throw new CorruptEntryException(
          "the Arrow file's footer lists " + count + " blocks, more than fit into it", footerStart);
    }
    List<IpcBlock> blocks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Block block = blockAt.apply(i);
      blocks.add(
          IpcBlock.check(
              start, footerStart, block.offset(), block.metaDataLength(), block.bodyLength()));
    }
    return blocks;
  }

  /**
   * The columns, in the order of the file. A dictionary-encoded column has the type of its values
   * and its encoding. Also columns that cannot be read are listed.
   */
  @Override
  public List<Field> fields() {
    return columns.stream().map(FieldLayout::field).toList();
  }

  @Override
  public int batchCount() {
    return batches.size();
  }

  @Override
  public BatchReader reader(
      Region region, List<Field> wanted, BufferAllocator allocator, DecodeStats stats) {
    return new ArrowBatchReader(this, region, positions(wanted), allocator, stats);
  }

  /**
   * Where wanted columns are among the file's, by their names; {@link ArrowBatchReader#ABSENT} for
   * one that it does not have.
   */
  public int[] positions(List<Field> wanted) {
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      byName.putIfAbsent(columns.get(i).field().getName(), i);
    }
    int[] positions = new int[wanted.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = byName.getOrDefault(wanted.get(i).getName(), ArrowBatchReader.ABSENT);
    }
    return positions;
  }

  /** Where in the source the file starts. */
  public long start() {
    return start;
  }

  /** How many bytes a record batch takes, metadata and body. */
  public long batchBytes(int batch) {
    return batches.get(batch).metadataLength() + batches.get(batch).bodyLength();
  }

  /**
   * What the metadata of a record batch says, without a look at its body.
   *
   * @throws CorruptEntryException when the metadata does not fit the schema
   */
  public BatchSummary summary(ByteSource source, int batch) {
    return BatchMetadata.read(source, batches.get(batch)).summary(columns);
  }

  /** Where a record batch lies, metadata and body, in offsets of the stored value. */
  public ByteRange batchRange(int batch) {
    return batches.get(batch).all();
  }

  /** Where the metadata of some record batches lies, ascending. */
  public List<ByteRange> metadataRanges(int from, int to) {
    return ByteRanges.merged(
        batches.subList(from, to).stream().map(IpcBlock::metadata).toList(), 0);
  }

  /** Where the dictionaries lie, metadata and bodies, ascending; those that touch are one. */
  public List<ByteRange> dictionaryRanges() {
    return ByteRanges.merged(dictionaries.stream().map(IpcBlock::all).toList(), 0);
  }

  /**
   * What to read of a value before its footer is asked for, so that one read will do for most.
   *
   * @param size how long the value is
   */
  public static ByteRange tail(long size) {
    long length = Math.min(size, TYPICAL_FOOTER);
    return new ByteRange(size - length, length);
  }

  List<FieldLayout> columns() {
    return columns;
  }

  List<IpcBlock> dictionaries() {
    return dictionaries;
  }

  IpcBlock batch(int index) {
    return batches.get(index);
  }
}
