package dev.envelope.redis;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong in the middle of a pull: one entry that takes many chunks, behind a proxy. */
abstract class LargeEntryTest {
  static final int CHUNK = 256 << 10;

  /** Four columns, three batches: 6 MB, so some 24 chunks. */
  static final int ROWS = 3 * 65_536;

  static final byte[] VALUE = StoredValues.constant(7, 4, 3, 65_536);

  @RegisterExtension static final OneServer REDIS = new OneServer();

  @BeforeEach
  void store() {
    REDIS.set("k", VALUE);
  }

  static RedisScan scan() {
    return REDIS.scan("k").with("redis-chunk-size", Integer.toString(CHUNK));
  }

  /** The next query gives the right rows. */
  static void works(Duration limit) {
    Outcome.of(() -> scan().run()).isRows(ROWS, 7).within(limit);
  }
}
