package dev.envelope.testing.redis;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import redis.embedded.core.ExecutableProvider;

/**
 * The {@code redis-server} that tests run: the one on PATH, else {@code valkey-server}, else the
 * one in the {@code embedded-redis} artifact. Immutable; looked for once per JVM.
 *
 * @param executable the program
 * @param version what it says of itself, such as 7.0.15
 * @param bundled whether it came from the artifact
 */
public record RedisBinary(Path executable, String version, boolean bundled) {
  /**
   * The system property that narrows the choice: {@code path} or {@code bundled}. Meant for the
   * tests of this class and for trying an error on another version.
   */
  public static final String SOURCE_PROPERTY = "envelope.redis.source";

  private static final Pattern VERSION = Pattern.compile("v=(\\S+)");

  private record Search(RedisBinary found, String problems) {}

  private static Search search;

  /**
   * The program; where there is none, the test that asks for it is skipped, or fails with {@code
   * ENVELOPE_REQUIRE_ALL=1}.
   */
  public static synchronized RedisBinary require() {
    if (search == null) {
      search = search(System.getProperty(SOURCE_PROPERTY, ""));
      if (search.found == null) {
        System.err.println("SKIPPED everything that needs a Redis server: " + search.problems);
      }
    }
    if (search.found == null) {
      String message = "no redis-server can be run: " + search.problems;
      if ("1".equals(System.getenv("ENVELOPE_REQUIRE_ALL"))) {
        Assertions.fail(message);
      }
      Assumptions.abort(message);
    }
    return search.found;
  }

  /** The one on PATH, or null. */
  static RedisBinary onPath() {
    return search("path").found;
  }

  /** The one from the artifact, or null. */
  static RedisBinary bundledOne() {
    return search("bundled").found;
  }

  private static Search search(String source) {
    List<String> problems = new ArrayList<>();
    if (!source.equals("bundled")) {
      for (String name : List.of("redis-server", "valkey-server")) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
          Path candidate = Path.of(directory, name);
          if (Files.isExecutable(candidate)) {
            RedisBinary binary = tried(candidate, false, problems);
            if (binary != null) {
              return new Search(binary, "");
            }
          }
        }
      }
      problems.add("none on PATH");
    }
    if (!source.equals("path")) {
      try {
        Path directory = Files.createTempDirectory("redis-server-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ServerProcess.delete(directory)));
        Path unpacked =
            ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
        RedisBinary binary = tried(unpacked, true, problems);
        if (binary != null) {
          return new Search(binary, "");
        }
      } catch (IOException | RuntimeException e) {
        // The artifact throws what it likes on machines that it has no program for.
        problems.add("the one in embedded-redis cannot be unpacked: " + e);
      }
    }
    return new Search(null, String.join("; ", problems));
  }

  private static RedisBinary tried(Path executable, boolean bundled, List<String> problems) {
    try {
      Process process =
          new ProcessBuilder(executable.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Matcher version = VERSION.matcher(said);
      if (process.waitFor() == 0 && version.find()) {
        return new RedisBinary(executable, version.group(1), bundled);
      }
      problems.add(executable + " does not run: " + said);
    } catch (IOException e) {
      problems.add(executable + " does not run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.add("interrupted");
    }
    return null;
  }

  /** Whether it is of this version or a later one. */
  public boolean atLeast(int major, int minor) {
    String[] parts = version.split("\\.", -1);
    int ours = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
    return ours >= major * 1000 + minor;
  }
}
