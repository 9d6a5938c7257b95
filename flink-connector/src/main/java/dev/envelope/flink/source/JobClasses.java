package dev.envelope.flink.source;

import dev.envelope.scan.Lingering;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.util.UserCodeClassLoader;

/**
 * Whether the connector's classes come with each job and go with it. Then nothing of theirs may
 * stay behind: a thread that outlives them keeps them all in memory, job after job. In Flink's own
 * {@code lib} they stay, and so may what lingers. Stateless.
 */
public final class JobClasses {
  private JobClasses() {}

  private static boolean comeWithJobs() {
    return !JobClasses.class.getClassLoader().equals(Source.class.getClassLoader());
  }

  /** Has everything given up when a task manager unloads the classes of a job. */
  static void releaseWith(UserCodeClassLoader loader) {
    if (comeWithJobs()) {
      loader.registerReleaseHookIfAbsent("envelope", Lingering::release);
    }
  }

  /**
   * Gives everything up after something that a job manager or a client did. There is no hook for
   * when they unload the classes, and a source is closed there when they can no longer be loaded.
   */
  public static void releaseNow() {
    if (comeWithJobs()) {
      Lingering.release();
    }
  }
}
