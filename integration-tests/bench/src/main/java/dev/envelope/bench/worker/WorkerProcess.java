package dev.envelope.bench.worker;

import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A running {@link Worker}, seen from outside. */
public final class WorkerProcess implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final ObjectOutputStream requests;
  private final ObjectInputStream answers;

  private WorkerProcess(Process process, Path log) throws IOException {
    this.process = process;
    this.log = log;
    this.requests = new ObjectOutputStream(process.getOutputStream());
    requests.flush();
    this.answers = new ObjectInputStream(process.getInputStream());
  }

  /**
   * Starts a worker and waits until it is ready.
   *
   * @param name of its log
   * @param directory where its log and its temporary files go
   * @param flags of its JVM, such as its heap
   */
  public static WorkerProcess start(String name, Path directory, List<String> flags)
      throws IOException {
    return start(
        name, directory, flags, System.getProperty("java.class.path"), Worker.class.getName());
  }

  /**
   * The same with other classes.
   *
   * @param classPath all that the worker sees
   * @param main its class with a {@code main} that serves requests, see {@link RequestLoop}
   */
  public static WorkerProcess start(
      String name, Path directory, List<String> flags, String classPath, String main)
      throws IOException {
    Path log = directory.resolve(name + ".log");
    Files.createDirectories(directory.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + classPathEntryWith("jvm.args"));
    command.addAll(flags);
    command.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
    // As containers set it: otherwise each thread that allocates adds an arena.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    Process process = builder.start();
    try {
      return new WorkerProcess(process, log);
    } catch (IOException e) {
      process.destroyForcibly();
      throw broken(log, e);
    }
  }

  private static Path classPathEntryWith(String resource) throws IOException {
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(entry, resource))) {
        return Path.of(entry, resource);
      }
    }
    throw new IOException(resource + " is not on the class path");
  }

  /** Sends a request and waits for its answer. */
  public Measured send(Request request) throws IOException {
    return send(request, Measured.class);
  }

  /** The same where the answer is something else. */
  public <T> T send(Request request, Class<T> answer) throws IOException {
    try {
      requests.writeObject(request);
      requests.flush();
      return answer.cast(answers.readObject());
    } catch (IOException | ClassNotFoundException e) {
      throw broken(log, e);
    }
  }

  /** The process, whose memory may be looked at. */
  public long pid() {
    return process.pid();
  }

  private static IOException broken(Path log, Exception cause) throws IOException {
    String text = Files.readString(log);
    return new IOException(
        "a worker failed; the end of "
            + log
            + ":\n"
            + text.substring(Math.max(0, text.length() - 4000)),
        cause);
  }

  /** Ends the worker. It has nothing to save. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
