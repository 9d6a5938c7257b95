package dev.envelope.store.redis;

import dev.envelope.store.EntryId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How long a value is and its first bytes, read in one go. Immutable, if nobody writes to it. */
final class Head {
  /** Most small entries fit in this, and are whole with one short reply. */
  private static final int SMALL = 16 << 10;

  /** The largest entry that is worth fetching whole before it is opened. */
  private static final int WHOLE = 64 << 10;

  /** What is read of larger ones. */
  private static final int START = 4 << 10;

  /** What all heads together may hold on the heap; entries beyond it are read when opened. */
  private static final long MOST = 64L << 20;

  /** As many as may come at once without filling the heap. */
  private static final int SLICE = 1024;

  private final long size;
  private final byte[] bytes;

  Head(long size, byte[] bytes) {
    this.size = size;
    this.bytes = bytes;
  }

  /** The length of the value, in bytes. */
  long size() {
    return size;
  }

  /** Its first bytes, or all of them; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Reads the heads of entries, by their names. Ones that are not there or are no strings are left
   * out: opening them says why.
   *
   * <p>One command is all that a small entry takes: a reply that is shorter than asked for is the
   * whole value. For the others their length decides.
   */
  static Map<String, Head> fetch(RedisStore store, Servers servers, List<EntryId> ids) {
    Map<String, Head> heads = new HashMap<>();
    long held = 0;
    for (int from = 0; from < ids.size() && held < MOST; from += SLICE) {
      List<EntryId> slice = ids.subList(from, Math.min(ids.size(), from + SLICE));
      Map<String, Head> fetched = fetchSlice(store, servers, slice);
      held += fetched.values().stream().mapToLong(head -> head.bytes().length).sum();
      heads.putAll(fetched);
    }
    return heads;
  }

  private static Map<String, Head> fetchSlice(
      RedisStore store, Servers servers, List<EntryId> ids) {
    Map<String, Head> heads = new HashMap<>();
    List<EntryId> larger = new ArrayList<>();
    List<Reply.Bytes> starts = ranges(store, servers, ids, SMALL);
    for (int i = 0; i < ids.size(); i++) {
      byte[] start = starts.get(i).value();
      if (start.length >= SMALL) {
        larger.add(ids.get(i));
      } else if (start.length > 0) {
        heads.put(ids.get(i).name(), new Head(start.length, start));
      }
    }
    if (larger.isEmpty()) {
      return heads;
    }
    long[] sizes = store.sizes(larger);
    List<EntryId> middling = new ArrayList<>();
    List<EntryId> large = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      (sizes[i] < WHOLE ? middling : large).add(larger.get(i));
    }
    List<Reply.Bytes> whole = ranges(store, servers, middling, WHOLE);
    for (int i = 0; i < middling.size(); i++) {
      byte[] bytes = whole.get(i).value();
      if (bytes.length > 0 && bytes.length < WHOLE) {
        heads.put(middling.get(i).name(), new Head(bytes.length, bytes));
      }
    }
    heads.putAll(transactions(store, servers, large));
    return heads;
  }

  private static List<Reply.Bytes> ranges(
      RedisStore store, Servers servers, List<EntryId> ids, int length) {
    return new Bulk<Reply.Bytes>(store, servers, ids, "the heads of entries") {
      @Override
      Reply.Bytes reply() {
        return new Reply.Bytes();
      }

      @Override
      Step step(byte[] key, Reply.Bytes reply) {
        return Step.of(Request.range(key, 0, length - 1L, reply));
      }
    }.run();
  }

  /** Length and start belong to one write only when they are read in one transaction. */
  private static Map<String, Head> transactions(
      RedisStore store, Servers servers, List<EntryId> ids) {
    List<Start> starts =
        new Bulk<Start>(store, servers, ids, "the heads of entries") {
          @Override
          Start reply() {
            return new Start(new Reply.Amount(), new Reply.Bytes());
          }

          @Override
          Step step(byte[] key, Start start) {
            return Step.transaction(
                start,
                new Request(Verb.STRLEN, new Reply.Acknowledgement(), key),
                Request.range(key, 0, START - 1L, new Reply.Acknowledgement()));
          }
        }.run();
    Map<String, Head> heads = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      Start start = starts.get(i);
      long expected = Math.min(START, start.length.value());
      if (expected > 0 && start.bytes.value().length == expected) {
        heads.put(ids.get(i).name(), new Head(start.length.value(), start.bytes.value()));
      }
    }
    return heads;
  }

  /** The reply to such a transaction. */
  private static final class Start extends Reply.Transaction {
    private final Reply.Amount length;
    private final Reply.Bytes bytes;

    Start(Reply.Amount length, Reply.Bytes bytes) {
      super(length, bytes);
      this.length = length;
      this.bytes = bytes;
    }
  }
}
