package dev.envelope.testing.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds bulk replies in what a server sends. Anything that is not Redis's protocol (TLS, a master's
 * stream to its replica) is passed on as it is, from its first byte on. Used by one thread.
 */
final class ReplyScanner {
  private static final String BULKS = "$=!";
  private static final String LINES = "+-:,#_(*%~>|";

  /** Receives what was found, in its order. The arrays are valid during the call only. */
  interface Sink {
    /** Bytes outside bulk replies. */
    void other(byte[] bytes, int offset, int length) throws IOException;

    /** The head of a bulk reply. */
    void bulkBegins(char type, long length) throws IOException;

    /** A piece of its payload, which begins at {@code position} in it. */
    void payload(byte[] bytes, int offset, int length, long position) throws IOException;

    /** The payload is complete; CRLF follows. */
    void bulkEnds() throws IOException;
  }

  private enum State {
    START,
    LINE,
    PAYLOAD,
    RAW
  }

  private final Sink sink;
  private byte[] line = new byte[64];
  private int lineLength;
  private State state = State.START;
  private long bulkLength;
  private long position;

  ReplyScanner(Sink sink) {
    this.sink = sink;
  }

  /** Takes the next bytes. A line that is not complete yet is kept until it is. */
  void feed(byte[] bytes, int length) throws IOException {
    int at = 0;
    while (at < length) {
      switch (state) {
        case START -> {
          char type = (char) (bytes[at] & 0xff);
          state = BULKS.indexOf(type) >= 0 || LINES.indexOf(type) >= 0 ? State.LINE : State.RAW;
        }
        case RAW -> {
          sink.other(bytes, at, length - at);
          at = length;
        }
        case LINE -> {
          byte next = bytes[at++];
          if (lineLength == line.length) {
            line = Arrays.copyOf(line, 2 * lineLength);
          }
          line[lineLength++] = next;
          if (next == '\n') {
            endLine();
          }
        }
        case PAYLOAD -> at += payload(bytes, at, length);
      }
    }
  }

  private void endLine() throws IOException {
    String text = new String(line, 0, lineLength, StandardCharsets.ISO_8859_1).strip();
    state = State.START;
    if (BULKS.indexOf(text.charAt(0)) >= 0
        && text.length() > 1
        && Character.isDigit(text.charAt(1))) {
      bulkLength = Long.parseLong(text.substring(1));
      position = 0;
      state = State.PAYLOAD;
      sink.bulkBegins(text.charAt(0), bulkLength);
    } else {
      sink.other(line, 0, lineLength);
    }
    lineLength = 0;
  }

  private int payload(byte[] bytes, int at, int length) throws IOException {
    if (position < bulkLength) {
      int part = (int) Math.min(length - at, bulkLength - position);
      sink.payload(bytes, at, part, position);
      position += part;
      return part;
    }
    if (position == bulkLength && bytes[at] != '\r') {
      // What a master sends its replica at first looks like a bulk reply, but ends without CRLF.
      state = State.RAW;
      return 0;
    }
    // CRLF, which may be cut in two.
    position++;
    if (position == bulkLength + 2) {
      state = State.START;
      sink.bulkEnds();
    }
    return 1;
  }
}
