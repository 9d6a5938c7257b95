package dev.envelope.bench.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A directory of generated files, made once and used again while it is as it was made.
 *
 * @param directory where the files are
 */
public record DataSet(Path directory) {

  /**
   * Entries of the same shape.
   *
   * @param shape what the rows look like
   * @param count how many entries
   * @param bytes how large the rows of one are, before any compression
   */
  public record Entries(String name, RowShape shape, int count, long bytes, boolean zstd) {

    DataSet in(Path data) {
      return new DataSet(data.resolve(name));
    }

    /** The rows come from the shape and the position alone, compressed or not. */
    private List<Callable<Void>> writers(Path directory) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        writers.add(
            () -> {
              String key = "func:bench." + name.replace('-', '_') + ":" + number;
              EntryWriter.write(directory, key, shape, bytes, zstd, number);
              return null;
            });
      }
      return writers;
    }
  }

  /** Makes what is not there yet, on all cores. */
  public static List<DataSet> make(Path data, List<Entries> wanted)
      throws IOException, InterruptedException {
    List<Entries> missing = new ArrayList<>();
    List<Callable<Void>> writers = new ArrayList<>();
    for (Entries entries : wanted) {
      DataSet set = entries.in(data);
      if (!set.isComplete(entries.toString())) {
        set.clear();
        missing.add(entries);
        writers.addAll(entries.writers(set.directory()));
      }
    }
    runAll(writers);
    for (Entries entries : missing) {
      entries.in(data).complete(entries.toString());
    }
    return wanted.stream().map(entries -> entries.in(data)).toList();
  }

  private static void runAll(List<Callable<Void>> writers)
      throws IOException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      for (Future<Void> written : threads.invokeAll(writers)) {
        written.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("cannot write the entries", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Whether the files are the ones that {@link #complete} recorded under this description. */
  public boolean isComplete(String description) throws IOException {
    return Files.exists(record())
        && Files.readString(record()).equals(description + "\n" + sizes());
  }

  /** Records that the directory holds what the description says. */
  public void complete(String description) throws IOException {
    Files.writeString(record(), description + "\n" + sizes());
  }

  /** Leaves an empty directory. */
  public void clear() throws IOException {
    Files.createDirectories(directory);
    Files.deleteIfExists(record());
    for (Path file : allFiles()) {
      Files.delete(file);
    }
  }

  /** How many bytes the data files have. */
  public long bytes() throws IOException {
    long sum = 0;
    for (Path file : files()) {
      sum += Files.size(file);
    }
    return sum;
  }

  /** The size of the largest data file. */
  public long largest() throws IOException {
    long largest = 0;
    for (Path file : files()) {
      largest = Math.max(largest, Files.size(file));
    }
    return largest;
  }

  /** The data files in the order of their names; not what Spark writes beside them. */
  public List<Path> files() throws IOException {
    return allFiles().stream()
        .filter(file -> !file.getFileName().toString().matches("[._].*"))
        .toList();
  }

  private List<Path> allFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
        found.forEach(files::add);
      }
    }
    Collections.sort(files);
    return files;
  }

  private String sizes() throws IOException {
    StringBuilder sizes = new StringBuilder();
    for (Path file : files()) {
      sizes.append(file.getFileName()).append(' ').append(Files.size(file)).append('\n');
    }
    return sizes.toString();
  }

  private Path record() {
    return directory.resolveSibling(directory.getFileName() + ".made");
  }
}
