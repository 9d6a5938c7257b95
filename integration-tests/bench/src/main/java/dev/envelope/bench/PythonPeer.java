package dev.envelope.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A Python process that reads an entry as Python programs do: redis-py with hiredis, pyarrow. */
final class PythonPeer implements AutoCloseable {
  private static final String SCRIPT =
      """
      import sys, time, redis, pyarrow as pa
      port, key = int(sys.argv[1]), sys.argv[2]
      client = redis.Redis("127.0.0.1", port)
      print("ready", flush=True)
      for line in sys.stdin:
          start = time.perf_counter()
          value = client.get(key)
          header = int.from_bytes(value[3:7], "big")
          table = pa.ipc.open_file(pa.py_buffer(value)[7 + header + 8:]).read_all()
          assert table.num_columns == 20
          print(time.perf_counter() - start, flush=True)
      """;

  private final Process process;
  private final BufferedReader answers;

  private PythonPeer(Process process) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Installs what it needs into an environment of its own; empty where that is not possible. */
  static Optional<PythonPeer> start(Path directory, int port, String key) throws IOException {
    Path environment = directory.resolve("python");
    Path python = environment.resolve("bin/python");
    boolean ready =
        Files.exists(environment.resolve("ready"))
            || (run(directory, "python3", "-m", "venv", environment.toString())
                && run(
                    directory,
                    python.toString(),
                    "-m",
                    "pip",
                    "install",
                    "-q",
                    "redis[hiredis]==8.1.0",
                    "pyarrow==26.0.1"));
    if (!ready) {
      System.err.println("SKIPPED: redis-py, because it cannot be installed here");
      return Optional.empty();
    }
    Files.writeString(environment.resolve("ready"), "");
    Process process =
        new ProcessBuilder(python.toString(), "-c", SCRIPT, Integer.toString(port), key)
            .redirectError(directory.resolve("redis-py.log").toFile())
            .start();
    PythonPeer peer = new PythonPeer(process);
    if (!"ready".equals(peer.answers.readLine())) {
      peer.close();
      throw new IOException("redis-py does not start; see " + directory.resolve("redis-py.log"));
    }
    return Optional.of(peer);
  }

  private static boolean run(Path directory, String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis-py-setup.log").toFile())
            .start();
    try {
      return process.waitFor() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Reads the entry; how many seconds it took. */
  double read() throws IOException {
    OutputStream requests = process.getOutputStream();
    requests.write('\n');
    requests.flush();
    String seconds = answers.readLine();
    if (seconds == null) {
      throw new IOException("redis-py has failed; see its log");
    }
    return Double.parseDouble(seconds);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
