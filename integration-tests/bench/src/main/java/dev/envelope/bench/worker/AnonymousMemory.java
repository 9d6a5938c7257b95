package dev.envelope.bench.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Watches the anonymous memory of a process: what it allocated, without the files it mapped.
 *
 * <p>The kernel keeps no peak of it, so it is sampled.
 */
public final class AnonymousMemory implements AutoCloseable {
  private static final long EVERY_NANOS = 10_000_000;

  private final Path status;
  private final Thread sampler;
  private volatile boolean stopped;
  private volatile long peak;

  /** Starts watching. */
  public AnonymousMemory(long pid) throws IOException {
    this.status = Path.of("/proc/" + pid + "/status");
    this.peak = now();
    this.sampler = new Thread(this::sample, "memory-sampler");
    sampler.setDaemon(true);
    sampler.start();
  }

  private void sample() {
    try {
      while (!stopped) {
        peak = Math.max(peak, now());
        LockSupport.parkNanos(EVERY_NANOS);
      }
    } catch (IOException ended) {
      // With the process; what was seen until then counts.
    }
  }

  /** What the process holds now, in bytes. */
  public long now() throws IOException {
    return field("RssAnon:");
  }

  /** The most that was seen since the start, in bytes. */
  public long peak() {
    return peak;
  }

  /** The most that the process ever had, mapped files included, in bytes. */
  public long residentPeak() throws IOException {
    return field("VmHWM:");
  }

  private long field(String name) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException(status + " has no " + name);
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(sampler);
  }
}
