package dev.envelope.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.Probe;
import dev.envelope.testing.Sealing;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Which keys of a Redis an encrypted entry may be bound to: old releases bind it to the cache key,
 * new ones to the key with the tenant in front of it, and the tenant that it is encrypted for need
 * not be the one in the key.
 */
final class SealedKeysTest {
  @RegisterExtension static final OneServer REDIS = new OneServer();

  private static final KindCell CELL = KindCell.named("newest-matrix_table-arrow-secret");
  private static final int PAYLOAD_AT = Integer.parseInt(CELL.header("payload_at"));

  /** The real entry, sealed anew for another key. */
  private static byte[] sealedFor(String key) {
    byte[] value = CELL.entry().value();
    byte[] plain = sealing(CELL.key()).open(Arrays.copyOfRange(value, PAYLOAD_AT, value.length));
    byte[] sealed = sealing(key).seal(plain);
    return ByteBuffer.allocate(PAYLOAD_AT + sealed.length)
        .put(value, 0, PAYLOAD_AT)
        .put(sealed)
        .array();
  }

  private static Sealing sealing(String key) {
    return new Sealing(CELL.masterKey(), CELL.tenant(), List.of(key, "arrow", "True", "arrow"));
  }

  private static void isRead(String key, String... more) {
    assertEquals("", Probe.spell(options(key, more)).differenceFrom(CELL.rows()));
  }

  private static void isRefused(String key, String... more) {
    AuthenticationException e =
        assertThrows(AuthenticationException.class, () -> Probe.spell(options(key, more)));
    assertTrue(e.getMessage().contains("'" + key + "'"), e.getMessage());
  }

  private static Map<String, String> options(String key, String... more) {
    RedisScan scan = RedisScan.of(REDIS.proxy().url(), key);
    Map<String, String> options = new TreeMap<>(scan.options());
    options.putAll(CELL.options());
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return options;
  }

  @Test
  void theKeyWithTheTenantOrWithoutIt() {
    REDIS.set("t:default:old", sealedFor("old"));
    REDIS.set("t:default:new", sealedFor("t:default:new"));
    for (String name : List.of("old", "new")) {
      isRead("t:default:" + name);
      isRead(name, "tenant", "default");
    }
  }

  @Test
  void anotherTenantIsRefusedWhereOneIsNamed() {
    String named = "t:" + CELL.tenant() + ":k";
    REDIS.set(named, sealedFor(named));
    isRead("k", "tenant", CELL.tenant());
    REDIS.set("t:somebody:k", sealedFor("t:somebody:k"));
    isRefused("k", "tenant", "somebody");
  }

  @Test
  void anEntryThatWasMovedIsRefused() {
    byte[] value = sealedFor("t:default:k");
    REDIS.set("t:default:l", value);
    REDIS.set("t:other:k", value);
    REDIS.set("k", value);
    isRefused("t:default:l");
    isRefused("l", "tenant", "default");
    isRefused("t:other:k");
    isRefused("k");
  }
}
