package dev.envelope.store.memcached;

import dev.envelope.store.StoreTraffic;
import dev.envelope.store.ValueReply;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The value that a server answers {@code get} with. {@link #close} gives the connection back where
 * hardly anything is still to come, and ends it otherwise.
 */
final class Reply implements ValueReply {
  /** What is rather read to its end than paid for with a new connection. */
  private static final long WORTH_READING = 64 << 10;

  private final ConnectionPool pool;
  private final StoreTraffic traffic;
  private final long size;
  private Connection connection;
  private long left;

  Reply(ConnectionPool pool, Connection connection, long size, StoreTraffic traffic) {
    this.pool = pool;
    this.connection = connection;
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
    if (target.remaining() > left) {
      throw new IllegalArgumentException(target.remaining() + " bytes of " + left);
    }
    long start = System.nanoTime();
    long count = target.remaining();
    connection.read(target);
    left -= count;
    traffic.received(count);
    traffic.waited(System.nanoTime() - start);
    if (left == 0) {
      finish();
    }
  }

  private void finish() throws IOException {
    Commands.expectEnd(connection);
    Connection done = connection;
    connection = null;
    pool.release(done);
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open == null) {
      return;
    }
    if (left > WORTH_READING) {
      open.close();
      return;
    }
    try {
      open.skip(left);
      left = 0;
      connection = open;
      finish();
    } catch (IOException e) {
      // The value was not wanted any more, and with the connection goes whatever is wrong with it.
      connection = null;
      open.close();
    }
  }
}
