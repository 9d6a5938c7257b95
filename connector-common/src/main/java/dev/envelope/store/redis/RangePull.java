package dev.envelope.store.redis;

import dev.envelope.ChangedEntryException;
import dev.envelope.StoreException;
import dev.envelope.memory.Region;
import dev.envelope.store.EntryId;
import dev.envelope.store.Pull;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Pieces of one write of an entry on their way into a region.
 *
 * <p>The first attempt goes on while the caller does something else; what it did not bring is
 * fetched by further ones once the caller waits. Each has a connection for itself.
 */
final class RangePull implements Pull {
  /** How often a value without a stamp is read from the start. */
  private static final int UNSTAMPED_ATTEMPTS = 6;

  /** How it is made sure that all pieces are of one write. */
  enum Proof {
    /** One command brings everything. */
    ONE_REPLY,
    /**
     * Length and stamp are read in one transaction with each piece. Before and after all of them
     * would not do: another write in between, and the first one again, would leave no trace but a
     * checksum that does not fit, which is what a corrupt entry looks like.
     */
    EVERY_PIECE,
    /** The server is told to watch the key. */
    WATCH
  }

  private final RedisStore store;
  private final EntryId id;
  private final byte[] key;
  private final long size;
  private final byte[] start;
  private final Proof proof;
  private final List<Chunk> chunks;
  private final List<ArrowBuf> views;
  private final Attempts attempts;

  private Region region;
  private List<Chunk> missing;
  private Attempt attempt;
  private Trouble startTrouble;
  private int torn;

  /**
   * Sends nothing yet.
   *
   * @param size how long the value is
   * @param start the first bytes of the value, by which another write is told
   * @param proof how it is made sure that all is of one write
   * @param region what is filled; closed with the pull unless it was waited for
   * @param chunks the pieces
   * @param views what keeps the memory that the pieces go to; closed with the pull
   */
  RangePull(
      RedisStore store,
      EntryId id,
      long size,
      byte[] start,
      Proof proof,
      Region region,
      List<Chunk> chunks,
      List<ArrowBuf> views) {
    this.store = store;
    this.id = id;
    this.key = RedisStore.keyOf(id);
    this.size = size;
    this.start = start;
    this.proof = proof;
    this.region = region;
    this.chunks = chunks;
    this.views = views;
    this.missing = chunks;
    this.attempts = store.attempts(key, RedisStore.what(id));
  }

  /** Sends the first commands. What goes wrong is said by {@link #await}. */
  void start() {
    try {
      attempt = new Attempt(attempts.connect());
    } catch (Trouble trouble) {
      startTrouble = trouble;
    }
  }

  @Override
  public Region await() {
    while (true) {
      try {
        if (startTrouble != null) {
          Trouble trouble = startTrouble;
          startTrouble = null;
          throw trouble;
        }
        if (attempt == null) {
          attempt = new Attempt(attempts.connect());
        }
        attempt.finish();
        Region filled = region;
        region = null;
        return filled;
      } catch (Trouble trouble) {
        again(trouble);
      }
    }
  }

  private void again(Trouble trouble) {
    if (attempt != null) {
      missing = proof == Proof.WATCH ? chunks : attempt.notFilled();
      attempt.close();
      attempt = null;
    }
    if (trouble.cure() == Trouble.Cure.RESTART) {
      store.traffic().torn();
      if (proof != Proof.WATCH || ++torn >= UNSTAMPED_ATTEMPTS) {
        throw trouble.error();
      }
      store.traffic().retried();
      return;
    }
    attempts.failed(trouble);
  }

  @Override
  public void close() {
    if (attempt != null) {
      attempt.close();
      attempt = null;
    }
    views.forEach(ArrowBuf::close);
    views.clear();
    if (region != null) {
      region.close();
      region = null;
    }
  }

  private Trouble changed(String how) {
    return new Trouble(
        Trouble.Cure.RESTART,
        new ChangedEntryException(
            "entry '" + id.label() + "' was replaced or deleted while it was read (" + how + ")"));
  }

  /** One connection's worth of the pull. */
  private final class Attempt {
    private final NodeConnection connection;
    private final Chunk.Gate gate = new Chunk.Gate();
    private final List<Chunk.Filling> fillings = new ArrayList<>();
    private final List<Stamp> stamps = new ArrayList<>();
    private final Pipeline pipeline;

    /** Whether every step was answered by what it asked for. */
    private boolean inStep;

    Attempt(NodeConnection connection) {
      this.connection = connection;
      this.pipeline =
          new Pipeline(
              connection,
              steps().iterator(),
              store.settings().window(),
              false,
              RedisStore.what(id),
              store.traffic());
      pipeline.start();
    }

    private List<Step> steps() {
      List<Step> steps = new ArrayList<>(missing.size() + 3);
      if (proof == Proof.WATCH) {
        steps.add(Step.of(new Request(Verb.WATCH, new Reply.Acknowledgement(), key)));
        steps.add(stamp());
      }
      for (Chunk chunk : missing) {
        Chunk.Filling filling = new Chunk.Filling(chunk, gate);
        fillings.add(filling);
        steps.add(proof == Proof.EVERY_PIECE ? stamped(filling) : Step.of(range(filling, filling)));
      }
      if (proof == Proof.WATCH) {
        // Ends the watching, and says whether the key was touched meanwhile.
        steps.add(stamp());
      }
      return steps;
    }

    private Request range(Chunk.Filling filling, Reply reply) {
      return Request.range(key, filling.chunk().offset(), filling.chunk().last(), reply);
    }

    private Step stamp() {
      Stamp stamp = new Stamp(null);
      stamps.add(stamp);
      if (stamps.size() == 1) {
        // No transaction here: its EXEC would end the watching.
        return Step.of(Request.range(key, 0, start.length - 1L, stamp.bytes));
      }
      return Step.transaction(stamp, length(), first());
    }

    private Step stamped(Chunk.Filling filling) {
      Stamp stamp = new Stamp(filling);
      stamps.add(stamp);
      return Step.transaction(
          stamp, length(), first(), range(filling, new Reply.Acknowledgement()));
    }

    private Request length() {
      return new Request(Verb.STRLEN, new Reply.Acknowledgement(), key);
    }

    private Request first() {
      return Request.range(key, 0, start.length - 1L, new Reply.Acknowledgement());
    }

    /** Waits, and looks at what came. */
    void finish() throws Trouble {
      pipeline.await();
      boolean aborted = false;
      for (Stamp stamp : stamps) {
        aborted |= stamp.aborted();
      }
      for (int i = 0; i < stamps.size(); i++) {
        boolean bare = proof == Proof.WATCH && i == 0;
        if (!(aborted && proof == Proof.WATCH && !bare)) {
          stamps.get(i).check(bare);
        }
      }
      for (Chunk.Filling filling : fillings) {
        if (!filling.complete()) {
          throw changed(
              "a piece of "
                  + filling.chunk().length()
                  + " bytes came with "
                  + Math.max(0, filling.length()));
        }
      }
      if (proof == Proof.ONE_REPLY) {
        checkStart();
      }
      inStep = true;
      if (aborted) {
        throw touched();
      }
    }

    private void checkStart() throws Trouble {
      byte[] came = new byte[start.length];
      chunks.get(0).memory().getBytes(chunks.get(0).index(), came);
      if (!Arrays.equals(came, start)) {
        throw changed("its first bytes are others");
      }
    }

    private Trouble touched() {
      return new Trouble(
          Trouble.Cure.RESTART,
          new StoreException(
              "entry '"
                  + id.label()
                  + "' was touched each of "
                  + UNSTAMPED_ATTEMPTS
                  + " times that it was read; its kind has no checksum to tell one write from another,"
                  + " and a refreshed time to live (refresh_ttl_on_get) cannot be told from a write:"
                  + " read it when its writers and readers rest, or write it with a checksum"));
    }

    /** What is still to be fetched when this attempt has failed. */
    List<Chunk> notFilled() {
      if (proof == Proof.ONE_REPLY) {
        return chunks;
      }
      // Nothing of it is taken for sure before its own stamp was seen.
      boolean[] good = new boolean[fillings.size()];
      for (int i = 0; i < good.length; i++) {
        good[i] = fillings.get(i).complete();
        if (proof == Proof.EVERY_PIECE) {
          good[i] &= stamps.get(i).matches(false);
        }
      }
      List<Chunk> rest = new ArrayList<>();
      for (int i = 0; i < good.length; i++) {
        if (!good[i]) {
          rest.add(fillings.get(i).chunk());
        }
      }
      return rest;
    }

    /** Nothing is written to the region after this. */
    void close() {
      gate.close();
      pipeline.cancel();
      if (!inStep) {
        // It may still watch the key, which would abort the next user's transactions, or a reply
        // was not as long as it said, so that the next one begins anywhere.
        connection.discard();
      }
      connection.close();
    }
  }

  /** Length and first bytes, as they are at some point of the pull. */
  private final class Stamp extends Reply.Transaction {
    private final Reply.Amount length;
    private final Reply.Bytes bytes;

    Stamp(Chunk.Filling filling) {
      this(filling, new Reply.Amount(), new Reply.Bytes());
    }

    private Stamp(Chunk.Filling filling, Reply.Amount length, Reply.Bytes bytes) {
      super(filling == null ? new Reply[] {length, bytes} : new Reply[] {length, bytes, filling});
      this.length = length;
      this.bytes = bytes;
    }

    boolean matches(boolean bare) {
      return (bare || length.value() == size) && Arrays.equals(bytes.value(), start);
    }

    void check(boolean bare) throws Trouble {
      if (!bare && length.value() == 0) {
        throw changed("it is gone");
      }
      if (!matches(bare)) {
        throw changed(
            bare || length.value() == size
                ? "its first bytes are others"
                : "it has " + length.value() + " bytes now, and had " + size);
      }
    }
  }
}
