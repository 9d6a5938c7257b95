package dev.envelope.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A Python process that reads entries as Python programs do; one line asks, one answers. */
final class PythonPeer implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final Path log;

  private PythonPeer(Process process, Path log) {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
  }

  /**
   * What a script needs, in an environment of its own.
   *
   * @param directory for the environment, the scripts and their logs
   * @param name a name for it
   */
  record Environment(Path directory, String name) {

    /** Installs packages; empty, with a word about it, where that is not possible. */
    static Optional<Environment> install(Path directory, String name, String... packages)
        throws IOException {
      Environment environment = new Environment(directory, name);
      Path ready = environment.home().resolve("ready");
      String wanted = String.join("\n", packages);
      if (!Files.exists(ready) || !Files.readString(ready).equals(wanted)) {
        List<String> install = new ArrayList<>(List.of("-m", "pip", "install", "-q"));
        install.addAll(List.of(packages));
        Path log = environment.log("setup");
        boolean done =
            wait(List.of("python3", "-m", "venv", environment.home().toString()), log)
                && wait(environment.command(install), log);
        if (!done) {
          System.err.println(
              "SKIPPED: " + name + ", because it cannot be installed here; see " + log);
          return Optional.empty();
        }
        Files.writeString(ready, wanted);
      }
      return Optional.of(environment);
    }

    private Path home() {
      return directory.resolve("python-" + name);
    }

    private Path log(String what) {
      return directory.resolve(name + "-" + what + ".log");
    }

    private List<String> command(List<String> arguments) {
      List<String> command = new ArrayList<>();
      command.add(home().resolve("bin/python").toString());
      command.addAll(arguments);
      return command;
    }

    private List<String> script(String script, String... arguments) throws IOException {
      Path file = directory.resolve(script);
      try (InputStream text = PythonPeer.class.getResourceAsStream("/" + script)) {
        Files.write(file, text.readAllBytes());
      }
      List<String> all = new ArrayList<>(List.of(file.toString()));
      all.addAll(List.of(arguments));
      return command(all);
    }

    /** Runs a script of the resources to its end. */
    void run(String script, String... arguments) throws IOException {
      Path log = log(arguments[0]);
      if (!wait(script(script, arguments), log)) {
        throw new IOException(script + " " + arguments[0] + " has failed; see " + log);
      }
    }

    /** Starts a script of the resources that answers. */
    PythonPeer start(String script, String... arguments) throws IOException {
      Path log = log("peer");
      Process process =
          new ProcessBuilder(script(script, arguments)).redirectError(log.toFile()).start();
      PythonPeer peer = new PythonPeer(process, log);
      if (!"ready".equals(peer.answers.readLine())) {
        peer.close();
        throw new IOException(script + " does not start; see " + log);
      }
      return peer;
    }

    private static boolean wait(List<String> command, Path log) throws IOException {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      try {
        return process.waitFor() == 0;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        process.destroyForcibly();
        return false;
      }
    }
  }

  /** Asks for something; how many seconds it took. */
  double ask(String question) throws IOException {
    OutputStream requests = process.getOutputStream();
    requests.write((question + "\n").getBytes(StandardCharsets.UTF_8));
    requests.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("a Python peer has failed; see " + log);
    }
    return Double.parseDouble(answer.split(" ", 2)[0]);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
