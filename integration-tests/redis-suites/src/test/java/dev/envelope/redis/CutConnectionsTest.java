package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.StoreException;
import dev.envelope.testing.redis.Direction;
import dev.envelope.testing.redis.Spot;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections end after every kind of byte; one that ends once costs a retry and nothing else. */
@Timeout(60)
final class CutConnectionsTest extends LargeEntryTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  static Stream<Arguments> placesInAPull() {
    return Stream.of("verified", "streaming", "projected")
        .flatMap(
            mode ->
                Stream.of(Spot.values())
                    .flatMap(
                        spot -> Stream.of(1, 3, 20).map(nth -> Arguments.of(mode, spot, nth))));
  }

  @ParameterizedTest
  @MethodSource("placesInAPull")
  void oneCutInMidPullIsMadeUpFor(String mode, Spot spot, int nth) {
    int before = REDIS.proxy().accepted();
    // Connected already, so that the one more connection is that of the second attempt.
    scan().plan();
    int connected = REDIS.proxy().accepted();
    assertTrue(connected - before <= 1);
    REDIS.proxy().cutAt(spot, CHUNK, nth);
    Outcome.of(() -> scan().with("read-mode", mode).run()).isRows(ROWS, 7).within(SOON);
    assertTrue(REDIS.proxy().accepted() > connected, "nothing was cut");
    works(SOON);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 6, 20, 60, 150, 400, 1000, 10_000, 70_000})
  void oneCutInPlanningIsMadeUpFor(long bytes) {
    REDIS.proxy().cutNext(Direction.TO_CLIENT, bytes);
    works(SOON);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 10, 30, 100, 200, 300, 500, 700, 900})
  void oneCutInARequestIsMadeUpFor(long bytes) {
    REDIS.proxy().cutNext(Direction.TO_SERVER, bytes);
    works(SOON);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 5, 40, 2000, 200_000, 2_000_000})
  void aServerThatAlwaysCutsIsGivenUp(long bytes) {
    REDIS.proxy().cutAll();
    REDIS.proxy().cutEach(Direction.TO_CLIENT, bytes);
    Outcome.of(() -> scan().run()).isRowsOr(ROWS, 7, StoreException.class).within(SOON);
    REDIS.proxy().heal();
    works(SOON);
  }

  @Test
  void aServerThatAlwaysCutsEarlyIsGivenUp() {
    REDIS.proxy().cutAll();
    REDIS.proxy().cutEach(Direction.TO_CLIENT, 3);
    Outcome.of(() -> scan().run()).isProblem(StoreException.class).within(SOON);
    REDIS.proxy().heal();
    works(SOON);
  }

  @Test
  void aClientWhoseConnectionsWereAllCutConnectsAgain() {
    works(SOON);
    REDIS.proxy().cutAll();
    works(SOON);
  }
}
