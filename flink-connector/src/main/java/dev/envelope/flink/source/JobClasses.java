package dev.envelope.flink.source;

import dev.envelope.scan.Lingering;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
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
   * Asks a store something on a job manager or in a client, and leaves nothing behind. There is no
   * hook for when they unload the classes, and a source is closed there when they can no longer be
   * loaded. It is done on a thread that ends with it, since libraries leave values of their classes
   * in the thread that calls them, and a client's may plan many jobs.
   */
  public static <T> T asking(Supplier<T> question) {
    if (!comeWithJobs()) {
      return question.get();
    }
    FutureTask<T> task = new FutureTask<>(question::get);
    Thread thread = new Thread(task, "envelope-question");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the store was asked", e);
    } finally {
      Lingering.release();
    }
  }

  /**
   * Does something once for nothing and gives up what it left, where classes come with jobs: when
   * it is given up the last time they may no longer be loaded, and have to be there by then.
   */
  public static void rehearse(Runnable held) {
    if (comeWithJobs()) {
      asking(
          () -> {
            held.run();
            return null;
          });
    }
  }

  /** Gives everything up at the end of a function that asked stores itself. */
  public static void releaseNow() {
    if (comeWithJobs()) {
      Lingering.release();
    }
  }
}
