package dev.envelope.payload.frame;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Region;
import dev.envelope.payload.BatchReader;
import dev.envelope.payload.DecodeStats;
import dev.envelope.payload.DecodedTable;
import dev.envelope.payload.PayloadKind;
import dev.envelope.payload.document.DocumentOptions;
import dev.envelope.payload.document.DocumentTable;
import dev.envelope.payload.numpy.Elements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A Series or DataFrame that was written without pyarrow: a column {@value #INDEX} with the labels
 * of the rows ({@value #OTHER_INDEX} where a column is called so itself, as pandas's {@code
 * reset_index} does), and one for the values of each column. Numbers are viewed where they lie;
 * objects follow the rules of MessagePack documents. Immutable.
 */
public final class FrameTable implements DecodedTable {
  /** The labels of the rows, or their numbers from 0 on. */
  public static final String INDEX = "index";

  /** The same where one of the columns has that name. */
  public static final String OTHER_INDEX = "level_0";

  private static final long BATCH_ROWS = 1 << 20;
  private static final long BATCH_BYTES = 8 << 20;

  private final long rows;
  private final List<Field> fields;

  /** The columns of numbers by name. */
  private final Map<String, Elements> numbers;

  /** The columns of objects; null where there are none. */
  private final DocumentTable objects;

  private final String index;
  private final boolean counted;

  private FrameTable(
      long rows,
      List<Field> fields,
      Map<String, Elements> numbers,
      DocumentTable objects,
      String index,
      boolean counted) {
    this.rows = rows;
    this.fields = List.copyOf(fields);
    this.numbers = Map.copyOf(numbers);
    this.objects = objects;
    this.index = index;
    this.counted = counted;
  }

  /**
   * Looks into a DataFrame.
   *
   * @param region what it lies in; only needed during the call
   * @throws CorruptEntryException when it is not sound
   */
  public static FrameTable dataframe(
      Region region, long offset, long length, DocumentOptions options) {
    return of(region, offset, length, options, FrameParser::dataframe);
  }

  /** The same for a Series; one without a name is called {@code value}. */
  public static FrameTable series(
      Region region, long offset, long length, DocumentOptions options) {
    return of(region, offset, length, options, parser -> parser.series(DocumentTable.VALUE));
  }

  /** Whether a MessagePack payload is one of the two, told by its bytes alone. */
  public static Optional<PayloadKind> kindOf(Region region, long offset, long length) {
    try (ArrowBuf bytes = region.view(offset, length)) {
      if (parses(() -> new FrameParser(bytes, offset).dataframe())) {
        return Optional.of(PayloadKind.DATAFRAME);
      }
      return parses(() -> new FrameParser(bytes, offset).series(DocumentTable.VALUE))
          ? Optional.of(PayloadKind.SERIES)
          : Optional.empty();
    }
  }

  private static boolean parses(Supplier<FrameParser.Parts> parse) {
    try {
      return parse.get().complete();
    } catch (CorruptEntryException | UnsupportedEntryException e) {
      // Then it is something else, whose own reader says what may be wrong with it.
      return false;
    }
  }

  private static FrameTable of(
      Region region,
      long offset,
      long length,
      DocumentOptions options,
      Function<FrameParser, FrameParser.Parts> parse) {
    // Everything is within the payload, and nothing nests too deep, before anything is walked.
    DocumentTable.check(region, offset, length, options);
    FrameParser.Parts parts;
    try (ArrowBuf bytes = region.view(offset, length)) {
      parts = parse.apply(new FrameParser(bytes, offset));
    }
    long rows = rows(parts);
    List<String> listNames = new ArrayList<>();
    List<Long> lists = new ArrayList<>();
    Map<String, Elements> numbers = new LinkedHashMap<>();
    boolean counted = parts.index() == null;
    String index = parts.names().contains(INDEX) ? OTHER_INDEX : INDEX;
    if (!counted) {
      listNames.add(index);
      lists.add(parts.index().list());
    }
    for (int i = 0; i < parts.names().size(); i++) {
      FrameParser.Values values = parts.columns().get(i);
      if (values.count() != rows) {
        throw new CorruptEntryException(
            "a column has " + values.count() + " values where others have " + rows, offset);
      }
      if (values.numbers() != null) {
        numbers.put(parts.names().get(i), values.numbers());
      } else {
        listNames.add(parts.names().get(i));
        lists.add(values.list());
      }
    }
    DocumentTable objects =
        lists.isEmpty()
            ? null
            : DocumentTable.lists(
                region, offset, length, new DocumentTable.Lists(listNames, lists, rows), options);
    List<Field> fields = fields(parts, index, objects);
    return new FrameTable(rows, fields, numbers, objects, index, counted);
  }

  private static long rows(FrameParser.Parts parts) {
    if (parts.index() != null) {
      return parts.index().count();
    }
    return parts.columns().isEmpty() ? 0 : parts.columns().get(0).count();
  }

  private static List<Field> fields(FrameParser.Parts parts, String index, DocumentTable objects) {
    List<Field> fromLists = new ArrayList<>(objects == null ? List.of() : objects.fields());
    List<Field> fields = new ArrayList<>();
    fields.add(
        parts.index() == null
            ? new Field(index, new FieldType(false, new ArrowType.Int(Long.SIZE, true), null), null)
            : fromLists.remove(0));
    for (int i = 0; i < parts.names().size(); i++) {
      Elements numbers = parts.columns().get(i).numbers();
      fields.add(numbers != null ? numbers.field(parts.names().get(i)) : fromLists.remove(0));
    }
    return fields;
  }

  @Override
  public List<Field> fields() {
    return fields;
  }

  private long batchRows() {
    long bytes = numbers.values().stream().mapToLong(each -> each.type().bytes()).sum();
    return Math.min(BATCH_ROWS, Math.max(1, BATCH_BYTES / Math.max(1, bytes)));
  }

  @Override
  public int batchCount() {
    return objects != null
        ? objects.batchCount()
        : Math.toIntExact((rows + batchRows() - 1) / batchRows());
  }

  long firstRow(int batch) {
    return objects != null ? objects.firstRow(batch) : batch * batchRows();
  }

  @Override
  public long rows(int batch) {
    return objects != null
        ? objects.rows(batch)
        : Math.min(batchRows(), rows - batch * batchRows());
  }

  @Override
  public long bytes(int batch) {
    long lists = objects == null ? 0 : objects.bytes(batch);
    long bytes = numbers.values().stream().mapToLong(each -> each.type().bytes()).sum();
    return lists + rows(batch) * bytes;
  }

  /** A column of numbers, or null. */
  Elements numbers(String name) {
    return numbers.get(name);
  }

  /** Whether a column is the number of the row. */
  boolean counts(String name) {
    return counted && name.equals(index);
  }

  @Override
  public BatchReader reader(
      Region region, List<Field> columns, BufferAllocator allocator, DecodeStats stats) {
    List<Field> fromLists =
        columns.stream()
            .filter(column -> !counts(column.getName()) && numbers(column.getName()) == null)
            .toList();
    BatchReader lists =
        objects == null || fromLists.isEmpty()
            ? null
            : objects.reader(region, fromLists, allocator, stats);
    return new FrameReader(this, region, columns, lists, allocator);
  }
}
