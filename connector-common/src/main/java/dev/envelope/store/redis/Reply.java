package dev.envelope.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a server answers to one command, as it is decoded on the client's thread.
 *
 * <p>Whoever waits for the command sees everything once the command is complete.
 */
class Reply extends CommandOutput<byte[], byte[], Void> {
  /** A sign, and the two bytes that end a line. */
  private static final int LINE = 3;

  private long received;

  Reply() {
    super(ByteArrayCodec.INSTANCE, null);
  }

  /** How many bytes it took on the wire. */
  long received() {
    return received;
  }

  private void countBulk(int length) {
    received += LINE + digits(length) + length + 2;
  }

  private static int digits(long number) {
    return Long.toString(number).length();
  }

  @Override
  public void set(ByteBuffer bytes) {
    if (bytes != null) {
      countBulk(bytes.remaining());
    }
    bulk(bytes);
  }

  @Override
  public void set(long integer) {
    received += LINE + digits(integer);
    integer(integer);
  }

  @Override
  public void setError(ByteBuffer error) {
    received += LINE + error.remaining();
    super.setError(error);
  }

  @Override
  public void multi(int count) {
    received += LINE + digits(count);
    array(count);
  }

  /** A string or a word, valid only in this call; null for none. */
  void bulk(ByteBuffer bytes) {}

  /** A number. */
  void integer(long value) {}

  /** An array of so many elements begins; -1 for none. */
  void array(int count) {}

  static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  /** A number. */
  static final class Amount extends Reply {
    private long value;

    long value() {
      return value;
    }

    @Override
    void integer(long integer) {
      value = integer;
    }
  }

  /** {@code OK}, or that a command waits for EXEC, of which the decoder tells nothing. */
  static final class Acknowledgement extends Reply {
    Acknowledgement() {}
  }

  /** A string, copied to the heap. */
  static final class Bytes extends Reply {
    private byte[] value = {};

    byte[] value() {
      return value;
    }

    @Override
    void bulk(ByteBuffer bytes) {
      value = bytes == null ? new byte[0] : copy(bytes);
    }
  }

  /** What {@code SCAN} found. */
  static final class Page extends Reply {
    private final List<byte[]> keys = new ArrayList<>();
    private byte[] cursor;

    byte[] cursor() {
      return cursor;
    }

    List<byte[]> keys() {
      return keys;
    }

    @Override
    void bulk(ByteBuffer bytes) {
      byte[] text = copy(bytes);
      if (cursor == null) {
        cursor = text;
      } else {
        keys.add(text);
      }
    }
  }

  /** Lists in lists: strings as {@code byte[]}, numbers as {@code Long}, arrays as {@code List}. */
  static final class Tree extends Reply {
    private record Branch(List<Object> list, int size) {}

    private final Deque<Branch> open = new ArrayDeque<>();
    private final List<Object> root = new ArrayList<>();

    List<Object> root() {
      return root;
    }

    @Override
    void bulk(ByteBuffer bytes) {
      add(bytes == null ? new byte[0] : copy(bytes));
    }

    @Override
    void integer(long value) {
      add(value);
    }

    @Override
    void array(int count) {
      List<Object> list = open.isEmpty() ? root : new ArrayList<>();
      if (!open.isEmpty()) {
        add(list);
      }
      if (count > 0) {
        open.push(new Branch(list, count));
      }
    }

    private void add(Object element) {
      while (!open.isEmpty() && open.peek().list().size() >= open.peek().size()) {
        open.pop();
      }
      (open.isEmpty() ? root : open.peek().list()).add(element);
    }
  }

  /** What a transaction gave: the replies of its commands, one after the other. */
  static class Transaction extends Reply {
    private final List<Reply> parts;
    private boolean begun;
    private boolean aborted;
    private int next;
    private String partError;

    /** Waits for the replies of commands that were queued, in their order. */
    Transaction(Reply... parts) {
      this.parts = List.of(parts);
    }

    /** Whether nothing was done, because a watched key was touched. */
    boolean aborted() {
      return aborted;
    }

    /** The first error of a command in the transaction, or of the transaction. */
    @Override
    public String getError() {
      return super.getError() != null ? super.getError() : partError;
    }

    @Override
    public boolean hasError() {
      return getError() != null;
    }

    @Override
    public void multi(int count) {
      super.multi(count);
      begun = true;
      aborted = count < 0;
    }

    @Override
    void bulk(ByteBuffer bytes) {
      if (!begun) {
        aborted = bytes == null;
      } else if (next < parts.size()) {
        parts.get(next++).bulk(bytes);
      }
    }

    @Override
    void integer(long value) {
      if (next < parts.size()) {
        parts.get(next++).integer(value);
      }
    }

    @Override
    public void setError(ByteBuffer error) {
      if (begun) {
        next++;
        partError = partError == null ? decodeString(error) : partError;
      } else {
        super.setError(error);
      }
    }

    /** Whether every command was answered. */
    boolean full() {
      return next == parts.size();
    }
  }
}
