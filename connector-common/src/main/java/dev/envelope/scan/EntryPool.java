package dev.envelope.scan;

import dev.envelope.MissingEntryException;
import dev.envelope.entry.EntryVersion;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.memory.Allocators;
import dev.envelope.memory.Region;
import dev.envelope.memory.RegionMemory;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.payload.PayloadTable;
import dev.envelope.store.EntryId;
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
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;

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

  /** Below this a page or two more from the system are not noticed. */
  private static final long WORTH_REUSING = 1 << 20;

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
  private final RegionMemory memory = new ReusedMemory();
  private long idleBytes;
  private ScheduledExecutorService sweeper;

  EntryPool() {}

  /** The pool of this JVM. */
  public static EntryPool ofThisJvm() {
    return SHARED;
  }

  private record Key(StoreLocation location, String name, EntryVersion version, Reading reading) {}

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
    private int users;
    private long idleSince;
    private long lingerNanos;
    private long lingerSize;
    private Loaded loaded;

    Slot(Key key) {
      this.key = key;
    }
  }

  /** What a slot holds. The payload stays the same one as long as any task uses it. */
  private record Loaded(ClearPayload payload, PayloadTable table, Touch touch, boolean verified) {

    Region region() {
      return payload.region();
    }

    Loaded asVerified() {
      return new Loaded(payload, table, touch, true);
    }

    /** Mapping again is cheap, reading and decoding are not. */
    boolean lingers() {
      return payload.region() instanceof AllocatedRegion;
    }
  }

  /**
   * Takes an entry on loan, loading and verifying it if no other task has.
   *
   * @param store the open store, asked for only when the entry has to be loaded
   * @throws MissingEntryException when it is gone, or is not the version that was planned
   */
  SharedEntry acquire(
      Supplier<Store> store, StoreLocation location, PlannedEntry planned, Unwrapper unwrapper) {
    return shared(
        key(location, planned.id(), planned.version(), unwrapper),
        unwrapper,
        key -> {
          try (StoredEntry entry = store.get().open(planned.id());
              EntryContent content = unwrapper.content(entry)) {
            EntryOpener.refuseOther(planned, content);
            return load(key, entry, content, unwrapper);
          }
        });
  }

  /**
   * Takes an entry on loan that is open already, loading and verifying it if no other task has.
   *
   * @param content its head; a value that was read whole for it is taken over
   */
  SharedEntry acquire(
      StoredEntry entry, EntryContent content, StoreLocation location, Unwrapper unwrapper) {
    return shared(
        key(location, entry.id(), content.version(), unwrapper),
        unwrapper,
        key -> load(key, entry, content, unwrapper));
  }

  private static Key key(
      StoreLocation location, EntryId id, EntryVersion version, Unwrapper unwrapper) {
    return new Key(location, id.name(), version, unwrapper.reading());
  }

  private SharedEntry shared(Key key, Unwrapper unwrapper, Function<Key, Loaded> loader) {
    EnvelopeOptions options = unwrapper.options();
    ScanMetrics metrics = unwrapper.metrics();
    Slot slot;
    synchronized (this) {
      limitMemory(options);
      slot = slots.get(key);
      if (slot == null) {
        slot = new Slot(key);
        slots.put(key, slot);
      }
      if (slot.users++ == 0 && idle.remove(slot)) {
        idleBytes -= slot.loaded.region().size();
      }
      slot.lingerNanos = options.regionLinger().toNanos();
      slot.lingerSize = options.regionLingerSize();
    }
    try {
      // Others that want the same entry wait here for the one pull instead of pulling it too.
      synchronized (slot) {
        if (slot.loaded == null) {
          slot.loaded = loader.apply(key);
        } else if (options.comparesChecksums() && !slot.loaded.verified()) {
          // Tasks that skip the check have it open: it is checked where it is, under them.
          Loaded loaded = slot.loaded;
          verify(key, loaded.payload(), loaded.touch(), metrics);
          slot.loaded = loaded.asVerified();
        }
        metrics.addEntry();
        Loaded loaded = slot.loaded;
        return new SharedEntry(
            loaded.payload().layout().kind(), loaded.region(), loaded.table(), slot, this);
      }
    } catch (RuntimeException | Error e) {
      release(slot);
      throw e;
    }
  }

  private Loaded load(Key key, StoredEntry entry, EntryContent content, Unwrapper unwrapper) {
    ClearPayload payload = unwrapper.payload(entry, content, memory);
    try {
      // Without a revision nothing tells whether the bytes are those that were verified.
      Touch touch =
          entry.revision() == null ? null : new Touch(entry.revision(), entry.expiresAt());
      boolean verify = unwrapper.options().comparesChecksums();
      if (verify) {
        verify(key, payload, touch, unwrapper.metrics());
      }
      PlanCache.Key known =
          new PlanCache.Key(
              key.location(), key.name(), content.version(), entry.revision(), key.reading());
      PayloadTable table =
          PlanCache.ofThisJvm()
              .find(known)
              .map(PlanCache.Known::table)
              .orElseGet(() -> payload.table(key.reading()));
      return new Loaded(payload, table, touch, verify);
    } catch (RuntimeException | Error e) {
      payload.close();
      throw e;
    }
  }

  private void verify(Key key, ClearPayload payload, Touch touch, ScanMetrics metrics) {
    if (payload.checksum() != null && (touch == null || !isVerified(key, touch))) {
      payload.verify(metrics);
      if (touch != null) {
        remember(key, touch);
      }
    }
  }

  /** Where entries are pulled to that will not be shared. */
  RegionMemory memory() {
    return memory;
  }

  void release(Slot slot) {
    synchronized (this) {
      if (--slot.users > 0) {
        return;
      }
      Loaded loaded = slot.loaded;
      if (loaded == null || !loaded.lingers() || slot.lingerNanos == 0) {
        drop(slot);
        return;
      }
      slot.idleSince = System.nanoTime();
      idle.addLast(slot);
      idleBytes += loaded.region().size();
      trim(slot.lingerSize);
      sweepLater(slot.lingerNanos);
    }
  }

  private void drop(Slot slot) {
    slots.remove(slot.key);
    if (slot.loaded != null) {
      slot.loaded.region().close();
      slot.loaded = null;
    }
  }

  /** Sets what all tasks together may hold; the last one that says so counts. */
  synchronized void limitMemory(EnvelopeOptions options) {
    if (Allocators.allocated().getLimit() != options.memoryLimit()) {
      Allocators.allocated().setLimit(options.memoryLimit());
    }
    trim(options.regionLingerSize());
  }

  /** Takes over the memory of an unused region that would be given up for the new one anyway. */
  private final class ReusedMemory implements RegionMemory {
    @Override
    public BufferAllocator allocator() {
      return Allocators.allocated();
    }

    @Override
    public AllocatedRegion allocate(long size, long aligned) {
      AllocatedRegion reused = size < WORTH_REUSING ? null : reuse(size, aligned);
      if (reused != null) {
        return reused;
      }
      makeRoom(size);
      return AllocatedRegion.allocate(allocator(), size, aligned);
    }
  }

  private synchronized AllocatedRegion reuse(long size, long aligned) {
    for (Iterator<Slot> oldestFirst = idle.iterator(); oldestFirst.hasNext(); ) {
      Slot slot = oldestFirst.next();
      Region unused = slot.loaded.region();
      boolean givenUp =
          idleBytes + size > slot.lingerSize || Allocators.allocated().getHeadroom() < size;
      if (givenUp && unused instanceof AllocatedRegion memoryOfIt) {
        AllocatedRegion reused = memoryOfIt.reusedFor(size, aligned);
        if (reused != null) {
          oldestFirst.remove();
          idleBytes -= unused.size();
          slots.remove(slot.key);
          slot.loaded = null;
          return reused;
        }
      }
    }
    return null;
  }

  /** Gives up unused regions, oldest first, until a new one fits under the limit. */
  private synchronized void makeRoom(long bytes) {
    while (!idle.isEmpty() && Allocators.allocated().getHeadroom() < bytes) {
      evictOldest();
    }
  }

  /**
   * Gives up all unused regions, for a task that has found no room.
   *
   * @return whether there was one
   */
  synchronized boolean giveUpIdle() {
    boolean some = !idle.isEmpty();
    trim(-1);
    return some;
  }

  private void trim(long most) {
    while (!idle.isEmpty() && idleBytes > most) {
      evictOldest();
    }
  }

  private void evictOldest() {
    Slot oldest = idle.removeFirst();
    idleBytes -= oldest.loaded.region().size();
    drop(oldest);
  }

  private synchronized boolean isVerified(Key key, Touch now) {
    Touch then = verified.get(key);
    if (then == null || !then.covers(now)) {
      return false;
    }
    // From now on this is what a change is told by.
    verified.put(key, now);
    return true;
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
      idleBytes -= slot.loaded.region().size();
      drop(slot);
    }
    if (idle.isEmpty() && sweeper != null) {
      // No thread outlives what it is for.
      sweeper.shutdown();
      sweeper = null;
    }
  }

  /** Whether an entry need not be loaded. */
  synchronized boolean holds(StoreLocation location, PlannedEntry planned, Unwrapper unwrapper) {
    return slots.containsKey(
        new Key(location, planned.id().name(), planned.version(), unwrapper.reading()));
  }

  /** Gives up everything that no task uses, and forgets what was learnt of entries. */
  public synchronized void clear() {
    trim(-1);
    verified.clear();
    PlanCache.ofThisJvm().clear();
  }

  /** The same, and ends the thread that would have done it later; the next task starts another. */
  synchronized void release() {
    clear();
    if (sweeper != null) {
      sweeper.shutdownNow();
      sweeper = null;
    }
  }
}
