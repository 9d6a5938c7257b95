package dev.envelope.payload.frame;

import dev.envelope.CorruptEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.payload.document.MsgpackInput;
import dev.envelope.payload.numpy.Elements;
import dev.envelope.payload.numpy.NumpyType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Finds the parts of a Series or DataFrame in its MessagePack map. The map was checked before:
 * every length in it is within it. Used once.
 */
final class FrameParser {
  private static final long NOWHERE = -1;

  private final ArrowBuf bytes;
  private final MsgpackInput in;
  private final long offset;

  /**
   * Stands in front of the map.
   *
   * @param bytes what the payload lies in
   * @param offset where in the stored value that begins, for messages
   */
  FrameParser(ArrowBuf bytes, long offset) {
    this.bytes = bytes;
    this.offset = offset;
    this.in = new MsgpackInput(bytes.memoryAddress(), bytes.capacity(), offset);
  }

  /**
   * Where the values of a column are.
   *
   * @param numbers a buffer of numbers, or null
   * @param list where a list begins, where there is no buffer
   * @param count how many values there are
   */
  record Values(Elements numbers, long list, long count) {}

  /**
   * What was found.
   *
   * @param names the columns, in order
   * @param columns their values
   * @param index the labels of the rows, or null where they are only counted
   * @param complete whether nothing lacks that cachekit writes
   */
  record Parts(List<String> names, List<Values> columns, Values index, boolean complete) {}

  Parts dataframe() {
    List<String> names = null;
    Values index = null;
    Map<String, Values> data = null;
    boolean indexed = false;
    for (long i = entries("the DataFrame"); i > 0; i--) {
      switch (text("a member's name")) {
        case "columns" -> names = names();
        case "index" -> {
          index = labels();
          indexed = true;
        }
        case "data" -> data = columns();
        default -> in.skip();
      }
    }
    if (names == null || data == null) {
      throw new CorruptEntryException("the DataFrame has no 'columns' or no 'data'", offset);
    }
    List<Values> columns = new ArrayList<>();
    for (String name : names) {
      Values values = data.get(name);
      if (values == null) {
        throw new CorruptEntryException("the DataFrame has no data for one of its columns", offset);
      }
      columns.add(values);
    }
    return new Parts(names, columns, index, indexed);
  }

  Parts series(String unnamed) {
    Member member = new Member();
    Set<String> seen = new HashSet<>();
    String name = unnamed;
    Values index = null;
    for (long i = entries("the Series"); i > 0; i--) {
      String key = text("a member's name");
      seen.add(key);
      switch (key) {
        case "name" -> name = label(unnamed);
        case "index" -> index = labels();
        default -> member.read(key);
      }
    }
    boolean complete = seen.containsAll(List.of("name", "index", "type", "data"));
    return new Parts(List.of(name), List.of(member.values()), index, complete);
  }

  private long entries(String what) {
    long at = in.offset();
    if (in.head() != MsgpackInput.MAP) {
      throw new CorruptEntryException(what + " is no map", at);
    }
    return in.length;
  }

  private String text(String what) {
    long at = in.offset();
    int head = in.head();
    if (head == MsgpackInput.INT) {
      throw new UnsupportedEntryException(
          "%s at byte %d is a number; columns are named by texts".formatted(what, at));
    }
    if (head != MsgpackInput.STR) {
      throw new CorruptEntryException(what + " is no text", at);
    }
    return string();
  }

  private String string() {
    byte[] text = new byte[Math.toIntExact(in.length)];
    bytes.getBytes(in.offsetOf(in.payload) - offset, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A Series may be named by anything, or not at all. */
  private String label(String unnamed) {
    long at = in.offset();
    return switch (in.head()) {
      case MsgpackInput.NIL -> unnamed;
      case MsgpackInput.STR -> string();
      case MsgpackInput.INT -> Long.toString(in.number);
      default ->
          throw new UnsupportedEntryException(
              "the name of the Series at byte %d is neither a text nor a whole number"
                  .formatted(at));
    };
  }

  private List<String> names() {
    long at = in.offset();
    if (in.head() != MsgpackInput.ARRAY) {
      throw new CorruptEntryException("the names of the columns are no list", at);
    }
    List<String> names = new ArrayList<>();
    for (long i = in.length; i > 0; i--) {
      names.add(text("a column's name"));
    }
    return names;
  }

  private Values labels() {
    long at = in.offset();
    int head = in.head();
    if (head == MsgpackInput.NIL) {
      return null;
    }
    return list(head, at);
  }

  /** A list whose head was read. */
  private Values list(int head, long at) {
    if (head != MsgpackInput.ARRAY) {
      throw new CorruptEntryException("a list of values is expected here", at);
    }
    long count = in.length;
    for (long i = 0; i < count; i++) {
      in.skip();
    }
    return new Values(null, at, count);
  }

  private Map<String, Values> columns() {
    Map<String, Values> columns = new LinkedHashMap<>();
    for (long i = entries("the DataFrame's data"); i > 0; i--) {
      String name = text("a column's name");
      Member member = new Member();
      for (long j = entries("a column"); j > 0; j--) {
        member.read(text("a member's name"));
      }
      columns.put(name, member.values());
    }
    return columns;
  }

  /** The members that say where values are. */
  private final class Member {
    private boolean numeric;
    private String dtype;
    private Values list;
    private long data = NOWHERE;
    private long dataLength;

    void read(String key) {
      switch (key) {
        case "type" -> numeric = text("a column's type").equals("numeric");
        case "dtype" -> dtype = text("a dtype");
        case "data" -> readData();
        default -> in.skip();
      }
    }

    private void readData() {
      long at = in.offset();
      int head = in.head();
      if (head == MsgpackInput.BIN) {
        data = in.offsetOf(in.payload);
        dataLength = in.length;
      } else {
        list = list(head, at);
      }
    }

    Values values() {
      if (!numeric) {
        if (list == null) {
          throw new CorruptEntryException("a column of objects has no list of them", offset);
        }
        return list;
      }
      if (data == NOWHERE || dtype == null) {
        throw new CorruptEntryException("a column of numbers has no bytes or no dtype", offset);
      }
      NumpyType type = NumpyType.of(dtype, data);
      if (dataLength % type.bytes() != 0) {
        throw new CorruptEntryException(
            "a column has " + dataLength + " bytes, which is no number of values of its dtype",
            data);
      }
      long count = dataLength / type.bytes();
      return new Values(new Elements(type, data, count), NOWHERE, count);
    }
  }
}
