package dev.envelope.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.testing.redis.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** The command as a process: its environment, its pipes, and a real Redis. */
final class ProcessTest {
  private static final String PASSWORD = "hunter2";

  /** The entry "many_batches" of the manifest, the longest one. */
  private static final String LONG = "44d63f5402b0c14812a5622def1447ab";

  /** The entry "one_row", which is small. */
  private static final String ONE_ROW = "00b424e24b210f78fc22080871786b84";

  @TempDir private Path directory;

  @Test
  void theEnvironmentNamesThePlace() throws IOException {
    Run ls = Run.child(Map.of("CACHEKIT_FILE_CACHE_DIR", Run.CACHE), "ls");
    assertEquals(0, ls.code(), ls.errors());
    assertEquals("", ls.errors());
    assertEquals(65, ls.output().lines().count());
    Run nothing = Run.child(Map.of(), "ls");
    assertEquals(2, nothing.code());
    assertTrue(nothing.errors().contains("nothing says where the entries are"), nothing.errors());
  }

  @Test
  void anEncryptedEntryNeedsItsKeys() throws IOException {
    String from = Run.ENTRIES.resolve("cache-encrypted").toString();
    String key =
        "ns:kinds:func:write_kinds.entry:args:"
            + "76b2c180168ea2704f7aabd1916656715f814d0cfda94decbe14e643475f81f1:1w";
    String[] cat = {"cat", key, "--from", from};
    Map<String, String> known = Map.of("CACHEKIT_MASTER_KEY", "61".repeat(32));
    Run read = Run.child(known, cat);
    assertEquals(new Run(0, "n,f,s\r\n1,0.5,a\r\n2,1.5,b\r\n3,-2.5,ß\r\n", ""), read);
    Run wrong = Run.child(Map.of("CACHEKIT_MASTER_KEY", "62".repeat(32)), cat);
    assertEquals(5, wrong.code(), wrong.errors());
    assertEquals(5, Run.child(Map.of(), cat).code());
    Run argument = Run.child(Map.of(), "ls", from, "-o", "master-key-secret=" + "61".repeat(32));
    assertEquals(2, argument.code());
    for (Run run : new Run[] {wrong, argument}) {
      assertFalse(run.errors().contains("6161") || run.errors().contains("6262"), run.errors());
    }
  }

  @Test
  void aPipeThatIsClosedIsNoError() throws IOException {
    Path errors = directory.resolve("err");
    // More than any pipe holds.
    Path large = directory.resolve("large");
    Files.createDirectory(large);
    for (int i = 0; i < 3000; i++) {
      Files.copy(Path.of(Run.CACHE, ONE_ROW), large.resolve("%032x".formatted(i)));
    }
    Process process = Run.start(Map.of(), errors, "ls", large.toString());
    try (InputStream output = process.getInputStream()) {
      assertEquals("KEY", new String(output.readNBytes(3), UTF_8));
    }
    assertEquals(141, Run.code(process), Files.readString(errors));
    assertEquals("", Files.readString(errors));
  }

  @Test
  void aRedisIsReadWithItsPasswordFromTheEnvironmentOrAFile() throws IOException {
    try (RedisServer server = RedisServer.with().password(PASSWORD).start()) {
      try (Jedis redis = server.connect()) {
        byte[] file = Files.readAllBytes(Path.of(Run.CACHE, LONG));
        redis.set("t:default:long".getBytes(UTF_8), Arrays.copyOfRange(file, 14, file.length));
        redis.set("t:default:page", "<html>");
      }
      String url = server.url().replace("://", "://:" + PASSWORD + "@");
      Map<String, String> environment = Map.of("CACHEKIT_REDIS_URL", url);
      Run verify = Run.child(environment, "verify", "-o", "tenant=default");
      assertEquals(1, verify.code(), verify.errors());
      assertTrue(
          verify.output().contains("page: ") && verify.output().contains(": 1 sound, 1 not"),
          verify.output());
      Run ls = Run.child(environment, "ls", "--pattern", "t:*:l*");
      assertEquals(2, ls.output().lines().count(), ls.output());
      Path options = Files.writeString(directory.resolve("options"), "redis-password=" + PASSWORD);
      String[] arguments = {
        "cat", "t:default:long", "--from", server.url(), "--options-file", options.toString()
      };
      Run cat = Run.child(Map.of(), arguments);
      assertEquals(0, cat.code(), cat.errors());
      assertEquals(Run.here("cat", LONG, "--from", Run.CACHE).output(), cat.output());
      Files.writeString(options, "redis-password=hunter3");
      Run refused = Run.child(Map.of(), arguments);
      assertEquals(4, refused.code(), refused.errors());
      Run missing = Run.child(environment, "show", "none");
      assertEquals(3, missing.code(), missing.errors());
      server.kill();
      Run dead = Run.child(environment, "ls");
      assertEquals(4, dead.code(), dead.errors());
      assertTrue(dead.errors().contains("cannot be reached; check host and port"), dead.errors());
      for (Run run : new Run[] {verify, ls, cat, refused, missing, dead}) {
        assertFalse((run.output() + run.errors()).contains("hunter"), run.toString());
      }
    }
  }
}
