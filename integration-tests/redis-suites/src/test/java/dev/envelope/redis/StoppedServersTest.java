package dev.envelope.redis;

import dev.envelope.EnvelopeException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.scan.ScanPlan;
import dev.envelope.testing.redis.Direction;
import dev.envelope.testing.redis.Patience;
import dev.envelope.testing.redis.Spot;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that stop, die, crawl, come back empty, or lie. */
@Timeout(120)
final class StoppedServersTest extends LargeEntryTest {
  /** The command timeout is 3 seconds; a few attempts and pauses between them come to this. */
  private static final Duration GIVEN_UP = Duration.ofSeconds(25);

  private static Outcome outcome() {
    return Outcome.of(() -> scan().run()).within(GIVEN_UP);
  }

  @Test
  void aPauseInMidPullIsWaitedFor() throws InterruptedException {
    Thread thaw =
        new Thread(
            () -> {
              Patience.pause(Duration.ofSeconds(1));
              REDIS.server().thaw();
            });
    REDIS
        .proxy()
        .when(
            Spot.IN_PAYLOAD,
            CHUNK,
            3,
            () -> {
              REDIS.server().freeze();
              thaw.start();
            });
    works(GIVEN_UP);
    thaw.join();
  }

  @Test
  void aServerThatStopsInMidPullIsGivenUp() {
    REDIS.proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, REDIS.server()::freeze);
    outcome().isProblem(StoreException.class);
    REDIS.server().thaw();
    works(GIVEN_UP);
  }

  @Test
  void aServerThatIsStoppedBeforePlanningIsGivenUp() {
    REDIS.server().freeze();
    outcome().isProblem(StoreException.class);
    REDIS.server().thaw();
    works(GIVEN_UP);
  }

  @Test
  void aNetworkThatStallsInMidPullIsGivenUp() {
    REDIS.proxy().when(Spot.AFTER_REPLY, CHUNK, 5, REDIS.proxy()::stall);
    outcome().isProblem(StoreException.class);
    REDIS.proxy().heal();
    works(GIVEN_UP);
  }

  @Test
  void aServerThatIsKilledInMidPullIsGivenUp() {
    REDIS.proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, REDIS.server()::kill);
    outcome().isProblem(StoreException.class);
    REDIS.server().restart();
    outcome().isProblem(MissingEntryException.class);
    store();
    works(GIVEN_UP);
  }

  @Test
  void aServerThatComesBackEmptyInMidPullHasNoEntry() {
    REDIS.proxy().when(Spot.IN_PAYLOAD, CHUNK, 3, REDIS.server()::restart);
    outcome().isProblem(MissingEntryException.class);
    store();
    works(GIVEN_UP);
  }

  @Test
  void aServerThatComesBackEmptyAfterPlanningHasNoEntry() {
    ScanPlan plan = scan().plan();
    REDIS.server().restart();
    Outcome.of(() -> RedisScan.run(plan, new ScanMetrics()))
        .isProblem(MissingEntryException.class)
        .within(GIVEN_UP);
  }

  @Test
  void aServerThatRefusesConnectionsIsGivenUp() {
    REDIS.proxy().refuse();
    REDIS.proxy().cutAll();
    outcome().isProblem(StoreException.class);
    REDIS.proxy().accept();
    works(GIVEN_UP);
  }

  @Test
  void aByteASecondIsNotWaitedFor() {
    REDIS.proxy().throttle(Direction.TO_CLIENT, 1);
    outcome().isProblem(StoreException.class);
    REDIS.proxy().heal();
    works(GIVEN_UP);
  }

  @Test
  void aByteASecondFromMidPullOnIsNotWaitedFor() {
    REDIS
        .proxy()
        .when(Spot.IN_PAYLOAD, CHUNK, 3, () -> REDIS.proxy().throttle(Direction.TO_CLIENT, 1));
    outcome().isProblem(StoreException.class);
    REDIS.proxy().heal();
    works(GIVEN_UP);
  }

  @Test
  void aSlowNetworkIsWaitedFor() {
    // Each chunk takes a second, the whole entry longer than the timeout for one command.
    REDIS.proxy().throttle(Direction.TO_CLIENT, 1L << 20);
    works(GIVEN_UP);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, CHUNK - 1, CHUNK + 1, 2 * CHUNK, 1L << 31, 1L << 40})
  void aReplyThatLiesAboutItsLengthIsNotBelieved(long claimed) {
    REDIS.proxy().lie(CHUNK, length -> claimed);
    outcome().isRowsOr(ROWS, 7, EnvelopeException.class);
    REDIS.proxy().heal();
    works(GIVEN_UP);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 1000, 70_000, 1L << 40})
  void aHeadThatLiesAboutItsLengthIsNotBelieved(long claimed) {
    REDIS.proxy().lie(100, length -> claimed);
    outcome().isRowsOr(ROWS, 7, EnvelopeException.class);
    REDIS.proxy().heal();
    works(GIVEN_UP);
  }
}
