package dev.envelope.testing;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the connector does not read yet. An entry that needs any of it must end in a typed error,
 * and the tests fail as soon as one gives rows: then it goes from {@link #TODAY}, until that is
 * empty and this class can go as well.
 */
public enum NotYet {
  MSGPACK,
  JSON,
  NUMPY,
  SERIES,
  DATAFRAME,
  INTEROP,
  BYTE_STORAGE,
  ENCRYPTION;

  /** What is missing today. */
  public static final Set<NotYet> TODAY = Set.of();

  /** What a written entry needs that is missing. */
  public static Set<NotYet> of(KindCell cell) {
    Set<NotYet> needs = EnumSet.noneOf(NotYet.class);
    if (cell.encrypted()) {
      needs.add(ENCRYPTION);
    }
    if (cell.envelope().equals("interop")) {
      needs.add(INTEROP);
      needs.add(MSGPACK);
    } else if (cell.header("format").equals("orjson")) {
      needs.add(JSON);
    } else {
      switch (cell.header("original_type")) {
        case "msgpack" -> needs.add(MSGPACK);
        case "numpy" -> needs.add(NUMPY);
        case "series" -> needs.add(SERIES);
        case "dataframe" -> needs.add(DATAFRAME);
        default -> {}
      }
    }
    // Of entries that were written just now there is no file; what they need is in the others too.
    if (cell.isWritten() && KindFile.of(cell).isPacked()) {
      needs.add(BYTE_STORAGE);
    }
    needs.retainAll(TODAY);
    return needs;
  }
}
