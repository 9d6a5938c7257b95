package dev.envelope.bench.flink;

import dev.envelope.bench.worker.AnonymousMemory;
import dev.envelope.bench.worker.Held;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.ObjectName;

/** Looks at what this JVM holds. */
final class HeldNow {
  private static final int COLLECTIONS = 3;
  private static final long BETWEEN_MILLIS = 500;
  private static final Pattern LOADERS = Pattern.compile("(?m)^Total = (\\d+)");

  private HeldNow() {}

  static Held look() throws Exception {
    // More than once: what a cleaner frees may have kept something else.
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(BETWEEN_MILLIS);
    }
    try (AnonymousMemory memory = new AnonymousMemory(ProcessHandle.current().pid())) {
      return new Held(
          memory.now(),
          ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .filter(pool -> pool.getName().equals("direct"))
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum(),
          ManagementFactory.getMemoryPoolMXBeans().stream()
              .filter(pool -> pool.getName().equals("Metaspace"))
              .mapToLong(HeldNow::used)
              .sum(),
          loaders(),
          ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  private static long used(MemoryPoolMXBean pool) {
    return pool.getUsage().getUsed();
  }

  private static long loaders() throws Exception {
    Object table =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmClassloaderStats",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()});
    Matcher total = LOADERS.matcher(table.toString());
    if (!total.find()) {
      throw new IllegalStateException("no total in the table of class loaders: " + table);
    }
    return Long.parseLong(total.group(1));
  }
}
