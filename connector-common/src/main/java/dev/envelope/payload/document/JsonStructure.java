package dev.envelope.payload.document;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.envelope.CorruptEntryException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Passes once over a JSON document before anything is built of it: it is JSON and UTF-8, nothing
 * nests too deep and nothing follows. Notes where its rows are. Not thread-safe.
 */
final class JsonStructure {
  /** The same bound as for MessagePack. */
  static final int MOST_DEPTH = MsgpackStructure.MOST_DEPTH;

  /** A mark at least every so many bytes, as far as the stream is ahead of the parser. */
  private static final long MARK_BYTES = 1 << 20;

  private final JsonInput input;
  private final JsonParser parser;
  private final long start;
  private final long end;

  JsonStructure(long address, long length, long offset) {
    checkText(address, length, offset);
    this.start = offset;
    this.end = offset + length;
    this.input = new JsonInput(address, length, offset);
    this.parser = JsonCursor.open(input);
  }

  private static void checkText(long address, long length, long offset) {
    long bad = Utf8.check(address, length);
    if (bad != Utf8.FINE) {
      throw new CorruptEntryException("the JSON document is not UTF-8", offset + bad);
    }
    // The parser would take these for the other encodings of Unicode.
    for (long i = 0; i < Math.min(4, length); i++) {
      if (MemoryUtil.getByte(address + i) == 0) {
        throw new CorruptEntryException("no JSON document begins like this", offset + i);
      }
    }
  }

  /** Checks the document and says where its rows are. */
  Layout check() {
    try {
      parser.nextToken();
      JsonToken root = parser.nextToken();
      if (root == JsonToken.END_ARRAY || root == null) {
        throw new CorruptEntryException("the JSON document is empty", start);
      }
      Layout layout =
          switch (root) {
            case START_ARRAY -> Layout.rows(rows(1));
            case START_OBJECT -> map();
            default -> Layout.single(position(), end);
          };
      if (parser.nextToken() != JsonToken.END_ARRAY || parser.nextToken() != null) {
        throw new CorruptEntryException("something follows the JSON document", position());
      }
      return layout;
    } catch (IOException e) {
      throw JsonCursor.unreadable(e, input);
    }
  }

  private Layout map() throws IOException {
    long begin = position();
    Map<String, Track> columns = new LinkedHashMap<>();
    boolean uniform = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = uniform ? parser.currentName() : null;
      JsonToken value = parser.nextToken();
      if (uniform && value == JsonToken.START_ARRAY && columns.size() < Shape.MOST_COLUMNS) {
        Track track = rows(2);
        columns.put(name, track);
      } else {
        uniform = false;
        pass(value, 2);
      }
    }
    if (!uniform || columns.isEmpty()) {
      return Layout.single(begin, end);
    }
    long count = columns.values().iterator().next().count();
    boolean equal = columns.values().stream().allMatch(one -> one.count() == count);
    return count == 0 || !equal
        ? Layout.single(begin, end)
        : new Layout(
            Layout.Form.COLUMNS, List.copyOf(columns.keySet()), List.copyOf(columns.values()));
  }

  /** Goes through a list at a depth. */
  private Track rows(int depth) throws IOException {
    Track track = new Track();
    boolean byBytes = depth == 1;
    long row = 0;
    long marked = 0;
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      boolean far = byBytes && input.offset() - marked >= MARK_BYTES;
      boolean many =
          byBytes
              ? track.marks() == 0 || row - track.row(track.marks() - 1) >= Track.MARK_ROWS
              : row % Track.MARK_ROWS == 0;
      if (far || many) {
        track.mark(row, position());
        marked = input.offset();
      }
      pass(token, depth + 1);
      row++;
    }
    track.count(row);
    track.end(position());
    return track;
  }

  /** Goes over a value, at a depth, on whose first token the parser stands. */
  private void pass(JsonToken first, int depth) throws IOException {
    JsonToken token = first;
    int open = 0;
    while (true) {
      if (token == null) {
        throw new CorruptEntryException("the JSON document ends in the middle of a value", end);
      }
      if (token.isStructStart()) {
        open++;
        if (depth + open - 1 > MOST_DEPTH) {
          throw new CorruptEntryException(
              "lists and maps are nested more than " + MOST_DEPTH + " deep", position());
        }
      } else if (token.isStructEnd()) {
        open--;
      }
      if (open == 0) {
        return;
      }
      token = parser.nextToken();
    }
  }

  private long position() {
    return input.offsetOf(parser.currentTokenLocation().getByteOffset());
  }
}
