package dev.envelope.payload.document;

/** Which maps of a MessagePack document stand for a value that MessagePack does not have. */
public enum MarkerRules {
  /**
   * What cachekit's serializers {@code default} and {@code auto} write. Their rules differ in two
   * details and nothing in the bytes tells which of them wrote an entry, so the looser one counts:
   * a marker is exactly {@code true}, or anything that Python holds for true in a time marker of
   * two entries. All of {@code __datetime__}, {@code __date__}, {@code __time__}, {@code __uuid__},
   * {@code __tuple__}, {@code __set__} and {@code __ndarray__} are known, and one that lacks what
   * it needs is corrupt.
   */
  CACHEKIT,

  /**
   * interop/v1: the three time markers, exactly {@code true} and with a text as {@code value};
   * every other map is a map.
   */
  INTEROP
}
