package dev.envelope.flink.lookup;

import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.entry.EntryVersion;
import dev.envelope.flink.source.JobClasses;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.store.EntryId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rows of a table in memory, by the columns of the join. Loaded when the job starts; every now
 * and then the versions of the entries are looked at, which takes a few kilobytes each, and when
 * one has changed all are loaded again, beside the old ones and off the join's thread. When that
 * fails by the store or an entry the old rows stay, which a warning and a metric tell; what nobody
 * foresaw, as memory that ran out, ends the job at its next row.
 */
public final class FullLookupFunction extends LookupFunction {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(FullLookupFunction.class);
  private static final long CLOSE_SECONDS = 30;

  private final LookupSettings settings;
  private transient RowKeys keys;
  private transient ScheduledExecutorService reloads;
  private transient volatile Table table;
  private transient AtomicLong failedReloads;
  private transient AtomicLong loads;

  /** Why there will be no more reloads, or null. */
  private transient volatile Throwable broken;

  FullLookupFunction(LookupSettings settings) {
    this.settings = settings;
  }

  /** What is in memory, and of which writes of the entries. */
  private record Table(
      Map<BinaryRowData, List<RowData>> rows, long count, Map<EntryId, EntryVersion> versions) {}

  @Override
  public void open(FunctionContext context) {
    failedReloads = new AtomicLong();
    loads = new AtomicLong();
    keys = keys();
    table = load(plan());
    MetricGroup group = context.getMetricGroup().addGroup("envelope");
    group.gauge("lookupRows", (Gauge<Long>) () -> table.count());
    group.gauge("lookupLoads", (Gauge<Long>) loads::get);
    group.gauge("failedReloads", (Gauge<Long>) failedReloads::get);
    reloads =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "envelope-lookup-reload");
              thread.setDaemon(true);
              return thread;
            });
    long nanos = settings.reload().toNanos();
    var unused = reloads.scheduleWithFixedDelay(this::reload, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private RowKeys keys() {
    return new RowKeys(settings.source().columns().rowType(), settings.keys());
  }

  private ScanPlan plan() {
    SourceSettings source = settings.source();
    return ScanPlanner.planEvery(source.options(), source.typeGiven(), source.filter());
  }

  private static Map<EntryId, EntryVersion> versions(ScanPlan plan) {
    Map<EntryId, EntryVersion> versions = new HashMap<>();
    plan.entries().forEach(entry -> versions.put(entry.id(), entry.version()));
    return versions;
  }

  private Table load(ScanPlan plan) {
    RowKeys own = keys();
    Map<BinaryRowData, List<RowData>> rows = new HashMap<>();
    long[] count = {0};
    new EntryRows(settings.source())
        .read(
            plan,
            row -> {
              if (count[0] == settings.mostRows()) {
                throw new InvalidOptionException(
                    "the entries of %s have more rows than '%s' = %d allows to hold in memory; raise"
                            .formatted(
                                settings.source().options().place(),
                                LookupProviders.MOST_ROWS.key(),
                                settings.mostRows())
                        + " it if the task managers have room, or select fewer entries");
              }
              count[0]++;
              BinaryRowData key = own.ofRow(row);
              if (key != null) {
                rows.computeIfAbsent(key, absent -> new ArrayList<>(1)).add(row);
              }
            });
    loads.incrementAndGet();
    return new Table(rows, count[0], versions(plan));
  }

  private void reload() {
    try {
      ScanPlan plan = plan();
      if (!versions(plan).equals(table.versions())) {
        table = load(plan);
      }
    } catch (EnvelopeException e) {
      failedReloads.incrementAndGet();
      LOG.warn("The looked up entries could not be loaded again, the old rows stay", e);
    } catch (RuntimeException | Error e) {
      // Thrown here it would end the reloads for good and nobody would hear of it.
      broken = e;
    }
  }

  @Override
  public Collection<RowData> lookup(RowData keyRow) {
    if (broken != null) {
      throw new FlinkRuntimeException("The looked up entries could not be loaded again", broken);
    }
    BinaryRowData key = keys.ofKey(keyRow);
    return key == null ? List.of() : table.rows().getOrDefault(key, List.of());
  }

  @Override
  public void close() throws InterruptedException {
    if (reloads != null) {
      reloads.shutdownNow();
      if (!reloads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A reload has not ended within {} s", CLOSE_SECONDS);
      }
      reloads = null;
    }
    JobClasses.releaseNow();
  }
}
