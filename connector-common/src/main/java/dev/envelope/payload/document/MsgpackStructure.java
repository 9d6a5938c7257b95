package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Passes once over a MessagePack document before anything is built of it: every length is within
 * the document, nothing nests too deep, no more elements are announced than bytes are there, every
 * text is UTF-8 and nothing follows the document. Notes where its rows are. Not thread-safe.
 */
final class MsgpackStructure {
  /** The same bound as cachekit's. */
  static final int MOST_DEPTH = 1024;

  /** How many columns a document of columns may have. */
  private static final int MOST_TRACKS = Shape.MOST_COLUMNS;

  /** A mark at least every so many bytes, where each row is written by itself. */
  private static final long MARK_BYTES = 1 << 20;

  /** Where the markers of lists have them. */
  private static final Key VALUE = new Key("value");

  private final MsgpackInput in;
  private final long budget;
  private long announced;
  private boolean markers;

  /** How many values are left at each depth. */
  private final long[] left = new long[MOST_DEPTH + 2];

  private final long start;
  private Track rows;
  private long markedAt;

  /** While the document may turn out to be columns: the lists of the root map. */
  private Map<String, Track> columns;

  private boolean uniform = true;
  private String column;
  private Track track;

  MsgpackStructure(MsgpackInput in) {
    this.in = in;
    this.budget = in.left() - 1;
    this.start = in.offset();
  }

  /** Whether some text in the document is the key of a marker. */
  boolean hasMarkers() {
    return markers;
  }

  /**
   * Checks the document.
   *
   * @param rules which maps are markers
   * @return where its rows are
   */
  Layout check(MarkerRules rules) {
    int root = in.left() == 0 ? refuseEmpty() : head(0, false);
    if (root == MsgpackInput.ARRAY) {
      rows = new Track();
      rows.count(in.length);
    } else if (root == MsgpackInput.MAP && in.length > 0 && in.length <= MOST_TRACKS) {
      columns = new LinkedHashMap<>();
    }
    boolean rootMap = root == MsgpackInput.MAP;
    int depth = open(root, 0);
    while (depth > 0) {
      if (left[depth] == 0) {
        close(depth--);
        continue;
      }
      long index = --left[depth];
      boolean inMap = depth == 1 && rootMap;
      boolean key = inMap && (index & 1) == 1;
      if (depth == 1 && rows != null) {
        markRow(rows.count() - index - 1);
      } else if (depth == 2 && track != null) {
        long row = track.count() - index - 1;
        if (row % Track.MARK_ROWS == 0) {
          track.mark(row, in.offset());
        }
      }
      int head = head(depth, key);
      if (inMap && !key) {
        columnBegins(head);
      }
      depth = open(head, depth);
    }
    if (in.left() > 0) {
      throw new CorruptEntryException(
          in.left() + " bytes follow the MessagePack document", in.offset());
    }
    return layout(root, rules);
  }

  private int refuseEmpty() {
    throw new CorruptEntryException("the MessagePack document is empty", start);
  }

  private int head(int depth, boolean columnKey) {
    long at = in.offset();
    int head = in.head();
    if (head == MsgpackInput.STR) {
      long bad = Utf8.check(in.payload, in.length);
      if (bad != Utf8.FINE) {
        throw new CorruptEntryException("a text is not UTF-8", in.offsetOf(in.payload) + bad);
      }
      markers |= Markers.isName(in.payload, in.length);
      if (columnKey && columns != null && (uniform || VALUE.is(in.payload, in.length))) {
        column = string();
      }
    } else if (columnKey) {
      uniform = false;
    }
    if (head == MsgpackInput.ARRAY || head == MsgpackInput.MAP) {
      announced += head == MsgpackInput.MAP ? 2 * in.length : in.length;
      if (announced > budget) {
        throw new CorruptEntryException(
            "the MessagePack document announces more elements than it has bytes", at);
      }
      if (depth >= MOST_DEPTH) {
        throw new CorruptEntryException(
            "lists and maps are nested more than " + MOST_DEPTH + " deep", at);
      }
    }
    return head;
  }

  private String string() {
    if (in.length > CanonicalJson.MOST_KEY) {
      throw CanonicalJson.tooLong(in.offsetOf(in.payload));
    }
    byte[] bytes = new byte[(int) in.length];
    MemoryUtil.copyFromMemory(in.payload, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private int open(int head, int depth) {
    if (head == MsgpackInput.ARRAY) {
      left[depth + 1] = in.length;
      return depth + 1;
    }
    if (head == MsgpackInput.MAP) {
      left[depth + 1] = 2 * in.length;
      return depth + 1;
    }
    return depth;
  }

  private void close(int depth) {
    if (depth == 1 && rows != null) {
      rows.end(in.offset());
    } else if (depth == 2 && track != null) {
      track.end(in.offset());
    }
  }

  private void markRow(long row) {
    long at = in.offset();
    boolean far = at - markedAt >= MARK_BYTES;
    boolean many = rows.marks() == 0 || row - rows.row(rows.marks() - 1) >= Track.MARK_ROWS;
    if (far || many) {
      rows.mark(row, at);
      markedAt = at;
    }
  }

  private void columnBegins(int head) {
    track = null;
    if (columns == null || column == null) {
      return;
    }
    if (head != MsgpackInput.ARRAY) {
      uniform = false;
    } else if (uniform || column.equals(VALUE.text())) {
      track = new Track();
      track.count(in.length);
      columns.put(column, track);
    }
    column = null;
  }

  private Layout layout(int root, MarkerRules rules) {
    long end = in.offset();
    if (root == MsgpackInput.ARRAY) {
      return Layout.rows(rows);
    }
    in.seek(in.position() - (end - start));
    if (root == MsgpackInput.MAP && markers) {
      MsgpackCursor cursor = new MsgpackCursor(in, new Markers(in, rules));
      int kind = cursor.next();
      if (kind == Kind.LIST && columns != null && columns.containsKey(VALUE.text())) {
        // A tuple or a set is a list like any other.
        return Layout.rows(columns.get(VALUE.text()));
      }
      if (kind != Kind.MAP) {
        return Layout.single(start, end);
      }
    }
    return areColumns()
        ? new Layout(
            Layout.Form.COLUMNS, List.copyOf(columns.keySet()), List.copyOf(columns.values()))
        : Layout.single(start, end);
  }

  private boolean areColumns() {
    if (!uniform || columns == null || columns.isEmpty()) {
      return false;
    }
    long count = columns.values().iterator().next().count();
    return count > 0 && columns.values().stream().allMatch(one -> one.count() == count);
  }
}
