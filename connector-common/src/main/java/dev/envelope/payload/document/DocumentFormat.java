package dev.envelope.payload.document;

/** How the bytes of a document are read, once its structure was checked. Immutable. */
sealed interface DocumentFormat {
  /** Where the document begins in its region. */
  long offset();

  /** How long it is. */
  long length();

  /**
   * A cursor in front of a value.
   *
   * @param address where the document lies in memory
   * @param at where the value is, in bytes from the start of the stored value
   */
  Cursor cursor(long address, long at);

  /**
   * MessagePack.
   *
   * @param rules which maps are markers, or null where there are none
   */
  record Msgpack(long offset, long length, MarkerRules rules) implements DocumentFormat {
    @Override
    public Cursor cursor(long address, long at) {
      MsgpackInput in = new MsgpackInput(address, length, offset).at(at);
      return new MsgpackCursor(in, rules == null ? null : new Markers(in, rules));
    }
  }

  /** JSON. */
  record Json(long offset, long length) implements DocumentFormat {
    @Override
    public Cursor cursor(long address, long at) {
      return new JsonCursor(new JsonInput(address, length, offset).at(at));
    }
  }
}
