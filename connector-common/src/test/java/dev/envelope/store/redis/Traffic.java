package dev.envelope.store.redis;

import dev.envelope.store.StoreTraffic;
import java.util.concurrent.atomic.AtomicLong;

/** Sums up what a store tells. */
final class Traffic implements StoreTraffic {
  final AtomicLong commands = new AtomicLong();
  final AtomicLong received = new AtomicLong();
  final AtomicLong retries = new AtomicLong();
  final AtomicLong torn = new AtomicLong();
  final AtomicLong waited = new AtomicLong();

  @Override
  public void commands(long count) {
    commands.addAndGet(count);
  }

  @Override
  public void received(long bytes) {
    received.addAndGet(bytes);
  }

  @Override
  public void retried() {
    retries.incrementAndGet();
  }

  @Override
  public void torn() {
    torn.incrementAndGet();
  }

  @Override
  public void waited(long nanos) {
    waited.addAndGet(nanos);
  }
}
