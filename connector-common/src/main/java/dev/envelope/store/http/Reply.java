package dev.envelope.store.http;

import dev.envelope.store.StoreTraffic;
import dev.envelope.store.ValueReply;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A value whose length the server said before it. */
final class Reply implements ValueReply {
  private final Body body;
  private final long size;
  private final StoreTraffic traffic;
  private long left;

  Reply(Body body, long size, StoreTraffic traffic) {
    this.body = body;
    this.size = size;
    this.left = size;
    this.traffic = traffic;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(ByteBuffer target) throws IOException {
    long start = System.nanoTime();
    long count = target.remaining();
    body.read(target);
    left -= count;
    if (left == 0) {
      // The connection can be used again once the end has come.
      body.expectEnd();
    }
    traffic.received(count);
    traffic.waited(System.nanoTime() - start);
  }

  @Override
  public void close() {
    body.cancel();
  }
}
