package dev.envelope.payload.document;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the rows of a document are.
 *
 * @param form how they are written
 * @param names the names of the columns, where each has a list of its own; else empty
 * @param tracks the rows, or each column's values, of which all have as many
 */
record Layout(Form form, List<String> names, List<Track> tracks) {
  /** How rows are written. */
  enum Form {
    /** A list with a row in each element. */
    ROWS,
    /** A map with a list for each column. */
    COLUMNS,
    /** One row, or one value. */
    SINGLE
  }

  /** Some rows that are decoded together. */
  record Part(long firstRow, int rows, int mark, long bytes) {}

  private static final int MOST_ROWS = 65_536;
  private static final long MOST_BYTES = 8 << 20;

  /** How many slots a batch may have, so that short rows of many columns stay small as well. */
  private static final long MOST_SLOTS = 4_000_000;

  Layout {
    names = List.copyOf(names);
    tracks = List.copyOf(tracks);
  }

  static Layout rows(Track track) {
    return new Layout(Form.ROWS, List.of(), List.of(track));
  }

  static Layout single(long offset, long end) {
    Track track = new Track();
    track.mark(0, offset);
    track.count(1);
    track.end(end);
    return new Layout(Form.SINGLE, List.of(), List.of(track));
  }

  long rows() {
    return tracks.get(0).count();
  }

  /**
   * Cuts the rows into batches.
   *
   * @param slots how many slots a row takes, over all columns
   */
  List<Part> parts(int slots) {
    long most = Math.max(Track.MARK_ROWS, Math.min(MOST_ROWS, MOST_SLOTS / Math.max(1, slots)));
    Track rows = tracks.get(0);
    List<Part> parts = new ArrayList<>();
    int begin = 0;
    long bytes = 0;
    for (int mark = 0; mark < rows.marks(); mark++) {
      long next = mark + 1 < rows.marks() ? rows.row(mark + 1) : rows.count();
      bytes += bytes(mark);
      long after = mark + 2 < rows.marks() ? rows.row(mark + 2) : rows.count();
      boolean last = mark + 1 == rows.marks();
      if (last || after - rows.row(begin) > most || bytes + bytes(mark + 1) > MOST_BYTES) {
        long first = rows.row(begin);
        parts.add(new Part(first, (int) (next - first), begin, bytes));
        begin = mark + 1;
        bytes = 0;
      }
    }
    return parts;
  }

  private long bytes(int mark) {
    long bytes = 0;
    for (Track track : tracks) {
      long to = mark + 1 == track.marks() ? track.end() : track.offset(mark + 1);
      bytes += to - track.offset(mark);
    }
    return bytes;
  }
}
