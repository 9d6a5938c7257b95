package dev.envelope.scan;

import dev.envelope.AuthenticationException;
import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OnError;
import dev.envelope.payload.Batch;
import dev.envelope.payload.DecodeStats;
import dev.envelope.store.EntryId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task: hands out its batches one after the other.
 *
 * <p>A batch stays readable while the next one is handed out, and is freed with the one after that:
 * an engine that still looks at the last rows of a batch when it asks for more is safe, and no more
 * than two batches are held. {@link #close} frees everything, batches included.
 *
 * <p>Used by one thread at a time; {@code close} may come from another one.
 */
public final class TaskReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskReader.class);

  /** How many batches stay readable. */
  private static final int KEPT = 2;

  private final ScanTask task;
  private final ScanMetrics metrics;
  private final BufferAllocator allocator;
  private final DecodeStats stats = new DecodeStats();
  private final Deque<Batch> handedOut = new ArrayDeque<>();
  private int nextSlice;
  private int nextBatch;
  private final EntryOpener opener;
  private OpenEntry entry;
  private int lastBatch;
  private long decompressedBefore;
  private EntryId expiryOf;
  private long expiry = PlannedEntry.NOT_ASKED;
  private boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param name the task's name, for its share of memory in errors
   * @param metrics counts what the task does
   */
  public TaskReader(ScanTask task, String name, ScanMetrics metrics) {
    this(task, name, metrics, EntryOpener.SMALL);
  }

  /** The same with another idea of what is small, so that tests can read small entries in parts. */
  TaskReader(ScanTask task, String name, ScanMetrics metrics, long small) {
    this.task = task;
    this.metrics = metrics;
    this.allocator = Allocators.child(name, task.options().memoryLimit());
    this.opener =
        new EntryOpener(task, new ReaderMaker(task.fields(), allocator, stats), metrics, small);
  }

  /**
   * The next batch.
   *
   * @return the batch, or null after the last one
   * @throws EnvelopeException when an entry cannot be read; the reader must be closed then
   */
  public synchronized TaskBatch next() {
    refuseClosed();
    // One stays, for an engine that has not quite finished with it.
    while (handedOut.size() >= KEPT) {
      handedOut.removeFirst().close();
    }
    while (nextSlice < task.slices().size()) {
      EntrySlice slice = task.slices().get(nextSlice);
      try {
        if (entry == null) {
          open(slice);
        }
        if (nextBatch < lastBatch) {
          Batch batch = read(nextBatch);
          nextBatch++;
          if (batch.rowCount() == 0) {
            // Checked and not handed out: an entry without rows may have any types.
            batch.close();
            continue;
          }
          handedOut.addLast(batch);
          count(batch);
          return new TaskBatch(entry.entry(), nextSlice, lastBatch, expiryOf(entry.entry()), batch);
        }
        closeEntry();
      } catch (EnvelopeException e) {
        skipOrThrow(slice, e);
      } catch (OutOfMemoryException e) {
        throw doesNotFit(slice.entry().id(), task.options(), e);
      }
      nextSlice++;
    }
    return null;
  }

  private void refuseClosed() {
    if (closed) {
      throw new IllegalStateException("the reader is closed");
    }
  }

  private LongSupplier expiryOf(PlannedEntry found) {
    return () -> {
      synchronized (this) {
        refuseClosed();
        if (expiry < 0 || !found.id().equals(expiryOf)) {
          expiry = opener.expiresAt(found);
          expiryOf = found.id();
        }
        return expiry;
      }
    };
  }

  private void open(EntrySlice slice) {
    entry = acquire();
    nextBatch = slice.from();
    lastBatch = slice.entry().seen() ? slice.to() : entry.batchCount();
    if (task.options().onCorrupt() == OnError.SKIP) {
      // An entry is skipped whole or not at all, so it must be known to be sound before a row of
      // it leaves.
      for (int i = slice.from(); i < lastBatch; i++) {
        read(i).close();
      }
    }
  }

  private OpenEntry acquire() {
    try {
      return opener.open(nextSlice);
    } catch (OutOfMemoryException e) {
      // What lingers unused must not keep a task from running.
      if (!EntryPool.ofThisJvm().giveUpIdle()) {
        throw e;
      }
      return opener.open(nextSlice);
    }
  }

  private Batch read(int batch) {
    try {
      return entry.read(batch);
    } catch (OutOfMemoryException e) {
      if (!EntryPool.ofThisJvm().giveUpIdle()) {
        throw e;
      }
      return entry.read(batch);
    }
  }

  /** What to tell a user whose memory does not suffice. */
  static InvalidOptionException doesNotFit(
      EntryId id, EnvelopeOptions options, OutOfMemoryException cause) {
    return new InvalidOptionException(
        "entry '"
            + id.label()
            + "' does not fit into memory-limit = "
            + options.memoryLimit()
            + " bytes beside the others that are being read; raise the limit, or run fewer tasks"
            + " at once",
        cause);
  }

  private void count(Batch batch) {
    metrics.addBatch(batch.rowCount());
    long decompressed = stats.decompressedBytes();
    if (decompressed != decompressedBefore) {
      metrics.addDecompressed(decompressed - decompressedBefore);
      decompressedBefore = decompressed;
    }
    metrics.holds(Allocators.allocated().getAllocatedMemory());
  }

  private void skipOrThrow(EntrySlice slice, EnvelopeException problem) {
    boolean opened = nextBatch > slice.from() || (task.begun() && nextSlice == 0);
    closeEntry();
    boolean skip =
        problem instanceof MissingEntryException
            ? task.options().onMissing() == OnError.SKIP && !opened
            : (problem instanceof CorruptEntryException
                    || problem instanceof UnsupportedEntryException)
                && task.options().onCorrupt() == OnError.SKIP
                && !opened;
    if (!skip) {
      String label = slice.entry().id().label();
      if (problem instanceof CorruptEntryException corrupt) {
        throw corrupt.in(label);
      }
      if (problem instanceof AuthenticationException untrusted) {
        throw untrusted.in(label);
      }
      throw problem instanceof UnsupportedEntryException unsupported
          ? unsupported.in(label)
          : problem;
    }
    metrics.addSkipped();
    LOG.warn("Skipping entry '{}': {}", slice.entry().id().label(), problem.getMessage());
  }

  private void closeEntry() {
    if (entry != null) {
      entry.close();
      entry = null;
    }
    nextBatch = 0;
  }

  /** Frees all batches and gives back the entries; further calls do nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    handedOut.forEach(Batch::close);
    handedOut.clear();
    try {
      closeEntry();
      opener.close();
    } finally {
      allocator.close();
    }
    LOG.info("{} is done: {}", allocator.getName(), metrics);
  }
}
