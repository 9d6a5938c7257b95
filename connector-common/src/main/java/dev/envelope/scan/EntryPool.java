package dev.envelope.scan;

import dev.envelope.MissingEntryException;
import dev.envelope.entry.EntryVersion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.FileAccess;
import dev.envelope.options.Integrity;
import dev.envelope.payload.arrow.ArrowFile;
import dev.envelope.store.Store;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The entries that tasks of this JVM have open: each version is pulled and verified once, however
 * many tasks read it.
 *
 * <p>An entry that was read into memory stays for a while after its last task, so that the next
 * task need not read it again; a mapped one is unmapped at once, since mapping it again is cheap.
 * What is known to be verified is remembered in either case. Thread-safe.
 */
public final class EntryPool {
  private static final EntryPool SHARED = new EntryPool();

  /** How many verified versions are remembered; each takes some hundred bytes. */
  private static final int REMEMBERED = 10_000;

  private final Map<Key, Slot> slots = new HashMap<>();
  private final Deque<Slot> idle = new ArrayDeque<>();
  private final Map<Key, Touch> verified =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Touch> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long idleBytes;
  private ScheduledExecutorService sweeper;

  EntryPool() {}

  /** The pool of this JVM. */
  public static EntryPool ofThisJvm() {
    return SHARED;
  }

  private record Key(StoreLocation location, String name, EntryVersion version) {}

  /**
   * What tells whether a verified file was touched since, other than by a refresh of its expiry.
   */
  private record Touch(String revision, long expiresAt) {
    boolean covers(Touch now) {
      // cachekit rewrites the expiry in place, which changes the file's time but not the value.
      return revision.equals(now.revision) || expiresAt != now.expiresAt;
    }
  }

  /** One version of one entry. Guarded by the pool, but for its content by itself. */
  static final class Slot {
    private final Key key;
    private final boolean lingers;
    private int users;
    private long idleSince;
    private long lingerNanos;
    private volatile boolean broken;
    private Loaded loaded;

    Slot(Key key, boolean lingers) {
      this.key = key;
      this.lingers = lingers;
    }
  }

  /** What a slot holds once one task has loaded it. */
  private static final class Loaded {
    private final Region region;
    private final ArrowFile file;
    private final EntryContent content;
    private final Touch touch;
    private boolean verified;

    Loaded(Region region, ArrowFile file, EntryContent content, Touch touch) {
      this.region = region;
      this.file = file;
      this.content = content;
      this.touch = touch;
    }

    /** Verifies the payload unless this version is known to be sound. */
    void verify(Key key, ScanMetrics metrics, EntryPool pool) {
      if (verified || !content.hasChecksum()) {
        return;
      }
      if (!pool.isVerified(key, touch)) {
        long start = System.nanoTime();
        content.verify(region);
        metrics.addChecksum(System.nanoTime() - start);
        pool.remember(key, touch);
      }
      verified = true;
    }
  }

  /**
   * Takes an entry on loan, loading and verifying it if no other task has.
   *
   * @throws MissingEntryException when it is gone, or is not the version that was planned
   */
  SharedEntry acquire(
      StoreLocation location, PlannedEntry planned, EnvelopeOptions options, ScanMetrics metrics) {
    Key key = new Key(location, planned.id().name(), planned.version());
    Slot slot;
    synchronized (this) {
      limitMemory(options);
      slot = slots.get(key);
      if (slot == null) {
        slot = new Slot(key, options.fileAccess() == FileAccess.READ);
        slots.put(key, slot);
      }
      if (slot.users++ == 0 && idle.remove(slot)) {
        idleBytes -= slot.loaded.region.size();
      }
      slot.lingerNanos = options.regionLinger().toNanos();
    }
    try {
      boolean verify = options.integrity() == Integrity.VERIFY;
      // Others that want the same entry wait here for the one pull instead of pulling it too.
      synchronized (slot) {
        if (slot.loaded == null) {
          slot.loaded = load(slot, planned, metrics);
        }
        if (verify) {
          slot.loaded.verify(slot.key, metrics, this);
        }
        metrics.addEntry();
        return new SharedEntry(slot.loaded.region, slot.loaded.file, slot, this);
      }
    } catch (RuntimeException | Error e) {
      // Not worth keeping for the next one.
      slot.broken = true;
      release(slot);
      throw e;
    }
  }

  private Loaded load(Slot slot, PlannedEntry planned, ScanMetrics metrics) {
    try (Store store = slot.key.location().open();
        StoredEntry entry = store.open(planned.id())) {
      EntryContent content = EntryContent.of(entry, Allocators.allocated());
      if (!content.version().equals(planned.version())) {
        content.close();
        throw new MissingEntryException(
            "entry '"
                + planned.id().label()
                + "' was replaced since the query was planned; run the query again");
      }
      Region region = region(entry, content, metrics);
      try {
        Touch touch = new Touch(entry.revision(), entry.expiresAt());
        return new Loaded(region, ArrowFile.open(region, content.arrowOffset()), content, touch);
      } catch (RuntimeException e) {
        region.close();
        throw e;
      }
    }
  }

  private Region region(StoredEntry entry, EntryContent content, ScanMetrics metrics) {
    if (content.decoded() != null) {
      metrics.addCopied(content.decoded().size());
      return content.decoded();
    }
    if (entry.mapped()) {
      metrics.addMapped(entry.size());
      return entry.region(Allocators.mapped(), content.arrowOffset());
    }
    makeRoom(entry.size());
    Region region = entry.region(Allocators.allocated(), content.arrowOffset());
    metrics.addCopied(entry.size());
    metrics.holds(Allocators.allocated().getAllocatedMemory());
    return region;
  }

  void release(Slot slot) {
    synchronized (this) {
      if (--slot.users > 0) {
        return;
      }
      Loaded loaded = slot.loaded;
      if (loaded == null || slot.broken || !slot.lingers || slot.lingerNanos == 0) {
        drop(slot);
        return;
      }
      slot.idleSince = System.nanoTime();
      idle.addLast(slot);
      idleBytes += loaded.region.size();
      sweepLater(slot.lingerNanos);
    }
  }

  private void drop(Slot slot) {
    slots.remove(slot.key);
    if (slot.loaded != null) {
      slot.loaded.region.close();
      slot.loaded = null;
    }
  }

  private void limitMemory(EnvelopeOptions options) {
    if (Allocators.allocated().getLimit() != options.memoryLimit()) {
      Allocators.allocated().setLimit(options.memoryLimit());
    }
    trim(options.regionLingerSize());
  }

  /** Gives up unused regions, oldest first, until a new one fits under the limit. */
  private synchronized void makeRoom(long bytes) {
    while (!idle.isEmpty() && Allocators.allocated().getHeadroom() < bytes) {
      evictOldest();
    }
  }

  private void trim(long most) {
    while (!idle.isEmpty() && idleBytes > most) {
      evictOldest();
    }
  }

  private void evictOldest() {
    Slot oldest = idle.removeFirst();
    idleBytes -= oldest.loaded.region.size();
    drop(oldest);
  }

  private synchronized boolean isVerified(Key key, Touch now) {
    Touch then = verified.get(key);
    return then != null && then.covers(now);
  }

  private synchronized void remember(Key key, Touch touch) {
    verified.put(key, touch);
  }

  private void sweepLater(long nanos) {
    if (sweeper == null) {
      sweeper =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "envelope-region-sweeper");
                thread.setDaemon(true);
                return thread;
              });
    }
    var unused = sweeper.schedule(this::sweep, nanos, TimeUnit.NANOSECONDS);
  }

  private synchronized void sweep() {
    long now = System.nanoTime();
    List<Slot> over = new ArrayList<>();
    for (Iterator<Slot> slotsByAge = idle.iterator(); slotsByAge.hasNext(); ) {
      Slot slot = slotsByAge.next();
      if (now - slot.idleSince >= slot.lingerNanos) {
        slotsByAge.remove();
        over.add(slot);
      }
    }
    for (Slot slot : over) {
      idleBytes -= slot.loaded.region.size();
      drop(slot);
    }
    if (idle.isEmpty() && sweeper != null) {
      // No thread outlives what it is for.
      sweeper.shutdown();
      sweeper = null;
    }
  }

  /** Gives up everything that no task uses, and forgets what was verified. */
  public synchronized void clear() {
    trim(-1);
    verified.clear();
  }
}
