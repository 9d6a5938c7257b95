package dev.envelope.bench.flink;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.List;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.BatchExecutionOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A session cluster in this JVM with a slot for each of two tasks. Used by one thread. */
final class Cluster implements AutoCloseable {
  private static final int PARALLELISM = 2;

  private final MiniCluster cluster;

  private Cluster(MiniCluster cluster) {
    this.cluster = cluster;
  }

  static Cluster start() throws Exception {
    Configuration settings = new Configuration();
    settings.set(RestOptions.BIND_PORT, "0");
    settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(PARALLELISM)
                .build());
    cluster.start();
    return new Cluster(cluster);
  }

  /** A job to be filled. Objects are used again, as SQL's batch jobs do by themselves. */
  static StreamExecutionEnvironment job(boolean batch, ClassLoader loader) {
    Configuration settings = new Configuration();
    settings.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    settings.set(BatchExecutionOptions.ADAPTIVE_AUTO_PARALLELISM_ENABLED, false);
    settings.set(
        ExecutionOptions.RUNTIME_MODE,
        batch ? RuntimeExecutionMode.BATCH : RuntimeExecutionMode.STREAMING);
    return new StreamExecutionEnvironment(settings, loader);
  }

  /** Runs a job to its end, without the pauses of a client that asks over a network. */
  double run(StreamExecutionEnvironment job, ClassLoader loader, List<URL> jars) throws Exception {
    JobGraph graph = job.getStreamGraph().getJobGraph(loader, null);
    for (URL jar : jars) {
      graph.addJar(path(jar));
    }
    JobExecutionResult result = cluster.executeJobBlocking(graph);
    return result.<Double>getAccumulatorResult(SumOperator.SUM);
  }

  private static Path path(URL jar) throws URISyntaxException {
    return new Path(jar.toURI());
  }

  @Override
  public void close() throws IOException {
    try {
      cluster.close();
    } catch (Exception e) {
      throw new IOException("cannot stop the cluster", e);
    }
  }
}
