package dev.envelope.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What came of a command.
 *
 * @param code what it ended with
 * @param output what it wrote
 * @param errors what it complained of
 */
record Run(int code, String output, String errors) {
  /** The real entries. */
  static final Path ENTRIES =
      Path.of(System.getProperty("basedir", "."), "..", "integration-tests", "entries");

  /** The directory of the real entries that is read most. */
  static final String CACHE = ENTRIES.resolve("cache").normalize().toString();

  /** In this process, which is quick. */
  static Run here(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code = Main.run(arguments, output, errors);
    return new Run(code, output.toString(UTF_8), errors.toString(UTF_8));
  }

  /** In a process of its own, without the settings of this one. */
  static Run child(Map<String, String> environment, String... arguments) throws IOException {
    Path errors = Files.createTempFile("envelope", ".err");
    try {
      Process process = start(environment, errors, arguments);
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Run(code(process), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }

  static Process start(Map<String, String> environment, Path errors, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(CACHEKIT|REDIS)_.*"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  static int code(Process process) {
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("the command does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return process.exitValue();
  }
}
