package dev.envelope.bench.worker;

import dev.envelope.entry.FileName;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.ScanTask;
import dev.envelope.scan.TaskBatch;
import dev.envelope.scan.TaskReader;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/** What a worker can do besides queries. Most answers are a number of bytes or of rows. */
public enum Job {
  /** Plans, and reads all columns of everything, on two threads. The answer is the rows. */
  READ {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      long start = System.nanoTime();
      ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
      List<String> columns =
          plan.columns().stream().map(column -> column.field().getName()).toList();
      long rows = read(plan.tasks(columns, THREADS, Long.MAX_VALUE));
      return measured(start, rows);
    }
  },

  /** The same on one thread, and nothing is remembered of what was read before. */
  READ_ALONE {
    @Override
    Measured measure(Map<String, String> options) {
      EntryPool.ofThisJvm().clear();
      long start = System.nanoTime();
      ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
      List<String> columns =
          plan.columns().stream().map(column -> column.field().getName()).toList();
      long rows = 0;
      for (ScanTask task : plan.tasks(columns, 1, Long.MAX_VALUE)) {
        rows += read(task);
      }
      return measured(start, rows);
    }
  },

  /** Pulls one entry that was planned before, and looks at nothing in it. */
  PULL {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
      List<ScanTask> tasks = plan.tasks(List.of(), 1, Long.MAX_VALUE);
      long start = System.nanoTime();
      read(tasks);
      return measured(start, plan.bytes());
    }
  },

  /** Plans only. Its peak is the heap's, which is emptied first. The answer is the entries. */
  PLAN {
    @Override
    Measured measure(Map<String, String> options) {
      System.gc();
      List<MemoryPoolMXBean> heap =
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getType() == MemoryType.HEAP)
              .toList();
      long before = heap.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
      heap.forEach(MemoryPoolMXBean::resetPeakUsage);
      long start = System.nanoTime();
      ScanPlan plan = ScanPlanner.plan(EnvelopeOptions.parse(options));
      int tasks = plan.tasks(List.of(), THREADS, Long.MAX_VALUE).size();
      double seconds = (System.nanoTime() - start) / NANOS;
      long peak = heap.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() - before;
      return new Measured(seconds, 0, tasks, plan.entries().size(), peak, 0);
    }
  },

  /** A socket and the commands of a pull, into memory of the entry's size. */
  RAW_SOCKET {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      try (RawSocket socket = new RawSocket(options.get("url"))) {
        long start = System.nanoTime();
        return measured(start, socket.pull(options.get("key")));
      }
    }
  },

  /** Lettuce, as its documentation says. */
  LETTUCE_GET {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      return LettuceGet.one(options.get("url"), options.get("key"));
    }
  },

  /** Lettuce, many keys at once. The answer is the bytes. */
  LETTUCE_MANY {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      return LettuceGet.all(options.get("url"), options.get("keys-pattern"));
    }
  },

  /** A list of maps by msgpack-java's tree, and rows of that. The answer is the rows. */
  UNPACK_VALUE {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      return UnpackedRows.run(file(options));
    }
  },

  /** Decrypts an entry in memory. */
  DECRYPT {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      return Sealed.byConnector(file(options), options.get("key"));
    }
  },

  /** The same by the cipher alone. */
  BARE_DECRYPT {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      Path directory = Path.of(options.get("path"));
      return Sealed.byCipher(
          file(options), directory.resolve("tenant-key"), directory.resolve("bound"));
    }
  },

  /** Unpacks and verifies a ByteStorage. */
  UNPACK {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      return Packed.byConnector(file(options));
    }
  },

  /** The same by the libraries alone. */
  BARE_UNPACK {
    @Override
    Measured measure(Map<String, String> options) throws Exception {
      return Packed.byLibraries(file(options));
    }
  },

  /** All columns of an entry through Spark, to nowhere, the schema included. */
  SPARK_ENTRY {
    @Override
    Measured measure(Map<String, String> options) {
      EntryPool.ofThisJvm().clear();
      long start = System.nanoTime();
      return toNowhere(start, SparkSession.active().read().format("envelope").options(options));
    }
  },

  /** All columns of lines of JSON by Spark's own reader, to nowhere, the schema included. */
  SPARK_JSON {
    @Override
    Measured measure(Map<String, String> options) {
      long start = System.nanoTime();
      return toNowhere(start, SparkSession.active().read().format("json").options(options));
    }
  };

  private static final int THREADS = 2;
  private static final double NANOS = 1e9;

  private static Path file(Map<String, String> options) {
    return Path.of(options.get("path"), FileName.of(options.get("key")));
  }

  abstract Measured measure(Map<String, String> options) throws Exception;

  static Measured measured(long start, long answer) {
    double seconds = (System.nanoTime() - start) / NANOS;
    return new Measured(seconds, 0, 1, (double) answer, ScanMetrics.ofThisJvm().peakBytes(), 0);
  }

  private static Measured toNowhere(long start, DataFrameReader reader) {
    reader.load().write().format("noop").mode("overwrite").save();
    return measured(start, 0);
  }

  private static long read(List<ScanTask> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Long>> rows = new ArrayList<>();
      for (ScanTask task : tasks) {
        rows.add(threads.submit(() -> read(task)));
      }
      long all = 0;
      for (Future<Long> some : rows) {
        all += some.get();
      }
      return all;
    } finally {
      threads.shutdownNow();
    }
  }

  private static long read(ScanTask task) {
    long rows = 0;
    try (TaskReader reader = new TaskReader(task, "bench", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.rowCount();
      }
    }
    return rows;
  }
}
