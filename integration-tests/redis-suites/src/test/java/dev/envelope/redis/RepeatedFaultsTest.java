package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.EnvelopeException;
import dev.envelope.memory.Allocators;
import dev.envelope.scan.EntryPool;
import dev.envelope.testing.redis.Spot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;

/** The same faults again and again leave nothing behind. */
@Timeout(600)
final class RepeatedFaultsTest {
  private static final int ROUNDS = Integer.getInteger("envelope.rounds", 10);
  private static final Duration GIVEN_UP = Duration.ofSeconds(25);
  private static final int CHUNK = 256 << 10;
  private static final int ROWS = 3 * 65_536;
  private static final byte[] VALUE = StoredValues.constant(7, 4, 3, 65_536);

  @RegisterExtension static final OneServer REDIS = new OneServer();

  /** Each round reads in another mode. */
  private static final List<String> MODES = List.of("verified", "streaming", "projected");

  private String mode = MODES.get(0);

  private Outcome outcome() {
    return Outcome.of(
            () ->
                REDIS
                    .scan("k")
                    .with("redis-chunk-size", Integer.toString(CHUNK))
                    .with("redis-command-timeout", "500ms")
                    .with("read-mode", mode)
                    .run())
        .within(GIVEN_UP);
  }

  private void round(int number) {
    mode = MODES.get(number % MODES.size());
    REDIS.set("k", VALUE);
    for (Spot spot : Spot.values()) {
      REDIS.proxy().cutAt(spot, CHUNK, 3);
      outcome().isRows(ROWS, 7);
    }
    REDIS.proxy().when(Spot.AFTER_REPLY, CHUNK, 3, () -> REDIS.set("k", new byte[] {1, 2, 3}));
    outcome().isRowsOr(ROWS, 7, EnvelopeException.class);
    REDIS.set("k", VALUE);
    REDIS.proxy().when(Spot.AFTER_REPLY, CHUNK, 3, RepeatedFaultsTest::delete);
    outcome().isRowsOr(ROWS, 7, EnvelopeException.class);
    REDIS.set("k", VALUE);
    REDIS.proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, REDIS.server()::freeze);
    outcome().isProblem(EnvelopeException.class);
    REDIS.server().thaw();
    REDIS.proxy().lie(CHUNK, length -> length + 1);
    outcome().isRowsOr(ROWS, 7, EnvelopeException.class);
    REDIS.proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, REDIS.server()::restart);
    outcome().isProblem(EnvelopeException.class);
    REDIS.proxy().heal();
    REDIS.set("k", VALUE);
    outcome().isRows(ROWS, 7);
  }

  private static void delete() {
    try (Jedis redis = REDIS.server().connect()) {
      redis.del("k".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void leaveNothingBehind() {
    round(0);
    List<Integer> threads = new ArrayList<>();
    List<Integer> connections = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      round(i);
      EntryPool.ofThisJvm().clear();
      assertEquals(0, Allocators.root().getAllocatedMemory(), "after round " + i);
      threads.add(OneServer.Leftovers.threads().size());
      connections.add(REDIS.server().clients().size());
    }
    flat("threads", threads);
    flat("connections", connections);
  }

  /** Some may come and go, but the end is no higher than the beginning. */
  private static void flat(String what, List<Integer> counts) {
    int first = counts.subList(0, 3).stream().mapToInt(Integer::intValue).max().orElseThrow();
    int last =
        counts.subList(counts.size() - 3, counts.size()).stream()
            .mapToInt(Integer::intValue)
            .min()
            .orElseThrow();
    assertTrue(last <= first, what + " grow: " + counts);
    assertTrue(last <= 16, what + " are many: " + counts);
  }
}
