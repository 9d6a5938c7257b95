package dev.envelope.bench.flink;

import com.sun.management.OperatingSystemMXBean;
import dev.envelope.bench.worker.FlinkQuery;
import dev.envelope.bench.worker.FlinkRows;
import dev.envelope.bench.worker.Held;
import dev.envelope.bench.worker.Measured;
import dev.envelope.bench.worker.Request;
import dev.envelope.bench.worker.RequestLoop;
import dev.envelope.scan.EntryPool;
import dev.envelope.scan.ScanMetrics;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A JVM with a Flink in it that does what it reads from its standard input. */
public final class FlinkWorker {
  private static final double NANOS = 1e9;

  private final Cluster cluster;
  private final ClassLoader loader = FlinkWorker.class.getClassLoader();
  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private FlinkWorker(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Serves requests until the input ends. */
  public static void main(String[] args) throws Exception {
    RequestLoop requests = RequestLoop.overStandardStreams();
    try (Cluster cluster = Cluster.start()) {
      requests.serve(new FlinkWorker(cluster)::serve);
    }
  }

  private Serializable serve(Request request) throws Exception {
    if (request instanceof Request.AskFlink ask) {
      return ask(ask);
    } else if (request instanceof Request.Session session) {
      return session(session);
    }
    throw new IOException("unknown request " + request);
  }

  private Measured ask(Request.AskFlink ask) throws Exception {
    boolean ours = ask.rows() != FlinkRows.PARQUET;
    if (ask.forget() && ours) {
      EntryPool.ofThisJvm().clear();
    }
    long cpu = process.getProcessCpuTime();
    long start = System.nanoTime();
    boolean sql = ask.query() != FlinkQuery.STREAM_SUM_ALL;
    StreamExecutionEnvironment job = Cluster.job(sql, loader);
    if (sql) {
      Tables.sql(job, loader, ask);
    } else {
      Tables.stream(job, ask);
    }
    double answer = cluster.run(job, loader, List.of());
    return new Measured(
        (System.nanoTime() - start) / NANOS,
        (process.getProcessCpuTime() - cpu) / NANOS,
        0,
        answer,
        ours ? ScanMetrics.ofThisJvm().peakBytes() : 0,
        0);
  }

  /** As a client of a session cluster does: its classes come and go with each job. */
  private Held session(Request.Session session) throws Exception {
    List<URL> jars = List.of(Path.of(session.jar()).toUri().toURL());
    for (int i = 0; i < session.jobs(); i++) {
      try (URLClassLoader classes =
          ClientUtils.buildUserCodeClassLoader(jars, List.of(), loader, new Configuration())) {
        StreamExecutionEnvironment job = Cluster.job(true, classes);
        Tables.sql(
            job,
            classes,
            new Request.AskFlink(
                FlinkQuery.SUM_ALL,
                FlinkRows.ENVELOPE,
                "",
                session.tables().get(i % session.tables().size()),
                false));
        cluster.run(job, classes, jars);
      }
    }
    return HeldNow.look();
  }
}
