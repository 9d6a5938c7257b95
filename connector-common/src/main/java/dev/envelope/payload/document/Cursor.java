package dev.envelope.payload.document;

import dev.envelope.CorruptEntryException;
import java.math.BigInteger;

/**
 * Goes over the values of a document, one after the other, without making objects of them.
 *
 * <p>{@link #next()} tells what comes and reads it. After a list or map the caller asks {@link
 * #more} before every element until that says no; in a map, {@link #key()} comes before the value.
 * What was read stays readable until the next call. Not thread-safe. Every method throws a {@link
 * CorruptEntryException} where the bytes are not sound.
 */
abstract class Cursor {
  /** For the elements of a list or map whose number is not known before its end. */
  static final long UNKNOWN = -1;

  /** Which row of the document is being read, for messages. */
  private long row;

  /** After a list or map: how many elements or entries, or {@link #UNKNOWN}. */
  protected long size;

  /** After an integer, a time or a boolean (0 or 1). */
  protected long number;

  /** After a float. */
  protected double real;

  /** Reads what comes next, up to the head of a list or map; a bit of {@link Kind}. */
  abstract int next();

  /**
   * Whether there is another element.
   *
   * @param done how many were read
   * @param size what {@link #size()} was at its head
   */
  abstract boolean more(long done, long size);

  /** Reads the key of an entry. */
  abstract void key();

  /** Whether the key is this one; false may also mean that its text has to be compared. */
  abstract boolean keyIs(Key key);

  /** The key as text, whatever it was. */
  abstract String keyText();

  /** Passes over a value, whatever it is. */
  abstract void skip();

  /** The most bytes that {@link #copy} writes for the text or bytes just read. */
  abstract long copyBound();

  /**
   * Copies the text just read as UTF-8, or the bytes just read.
   *
   * @return how many bytes were written
   */
  abstract long copy(long address);

  /** The text just read. */
  abstract String text();

  /** The bytes just read. */
  abstract byte[] bytes();

  /** The {@link Kind#BIG} integer just read. */
  abstract BigInteger big();

  /** Where in the stored value what was read last began, in bytes; for messages and {@link #at}. */
  abstract long offset();

  /** Another cursor in front of the value that began at an offset. */
  abstract Cursor at(long offset);

  /** How many elements or entries the list or map has whose head was just read. */
  final long size() {
    return size;
  }

  /** The integer, the boolean (0 or 1) or the time just read. */
  final long number() {
    return number;
  }

  /** The float just read. */
  final double real() {
    return real;
  }

  /** Which row is being read. */
  final long row() {
    return row;
  }

  /** Says which row is read from here on. */
  final void row(long next) {
    row = next;
  }
}
