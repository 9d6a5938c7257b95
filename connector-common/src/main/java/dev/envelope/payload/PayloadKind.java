package dev.envelope.payload;

/** What a payload is, once it is neither encrypted nor packed. */
public enum PayloadKind {
  /** An Arrow IPC file, which is viewed and can be read in parts. */
  ARROW("Arrow"),
  /** A MessagePack document. */
  MSGPACK("MessagePack"),
  /** A JSON document. */
  JSON("JSON"),
  /** An array that NumPy wrote. */
  NUMPY("NumPy"),
  /** A pandas Series that was written without pyarrow. */
  SERIES("series"),
  /** A pandas DataFrame that was written without pyarrow. */
  DATAFRAME("dataframe"),
  /** Bytes that nobody looks into, because the reader asked for them as they are. */
  RAW("raw");

  private final String label;

  PayloadKind(String label) {
    this.label = label;
  }

  /**
   * Whether values are handed out in the types that the payload has, because they are viewed where
   * they lie; others are decoded into the types of the table.
   */
  public boolean viewed() {
    return this == ARROW || this == NUMPY || this == RAW;
  }

  /** The name for people. */
  public String label() {
    return label;
  }
}
