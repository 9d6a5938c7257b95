package dev.envelope.payload.document;

/** What a {@link Cursor} can stand on, as bits, so that a place can say which ones it holds. */
final class Kind {
  static final int NULL = 1;
  static final int BOOL = 1 << 1;

  /** Fits in 64 bits with a sign. */
  static final int INT = 1 << 2;

  /** An integer that does not. */
  static final int BIG = 1 << 3;

  static final int DOUBLE = 1 << 4;
  static final int TEXT = 1 << 5;
  static final int BYTES = 1 << 6;

  /** Microseconds since 1970 in UTC. */
  static final int INSTANT = 1 << 7;

  /** Microseconds since 1970 on a clock nobody knows the zone of. */
  static final int LOCAL = 1 << 8;

  /** Days since 1970. */
  static final int DATE = 1 << 9;

  /** Microseconds since midnight. */
  static final int TIME = 1 << 10;

  static final int LIST = 1 << 11;
  static final int MAP = 1 << 12;

  static final int NUMBERS = INT | BIG | DOUBLE;

  private Kind() {}

  /** The name for people. */
  static String name(int kind) {
    return switch (kind) {
      case NULL -> "null";
      case BOOL -> "a boolean";
      case INT -> "an integer";
      case BIG -> "an integer of more than 64 bits";
      case DOUBLE -> "a float";
      case TEXT -> "text";
      case BYTES -> "bytes";
      case INSTANT -> "a time with a zone";
      case LOCAL -> "a time without a zone";
      case DATE -> "a date";
      case TIME -> "a time of day";
      case LIST -> "a list";
      case MAP -> "a map";
      default -> throw new IllegalArgumentException("kind " + kind);
    };
  }
}
