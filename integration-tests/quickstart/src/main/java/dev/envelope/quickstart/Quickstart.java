package dev.envelope.quickstart;

import dev.envelope.EnvelopeException;
import dev.envelope.scan.ScanMetrics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Shows the DataFrames of a file cache in a local Spark session: the bundled one with a few
 * queries, or the user's own with a query of theirs.
 */
public final class Quickstart {
  /** As many views as a person can take in. */
  private static final int MOST_VIEWS = 20;

  private final SparkSession spark;
  private final PrintStream out;
  private int entries;

  private Quickstart(SparkSession spark, PrintStream out) {
    this.spark = spark;
    this.out = out;
  }

  /**
   * Runs the quickstart.
   *
   * @param args the bundled demo cache, then optionally the user's directory and a query. Exits
   *     with 1 when the entries cannot be read or the query fails, with 2 on wrong arguments
   */
  public static void main(String[] args) {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: ./quickstart [DIR ['SQL']]");
      System.exit(2);
    }
    int status = 0;
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("envelope quickstart")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate()) {
      Quickstart quickstart = new Quickstart(spark, System.out);
      if (args.length == 1) {
        quickstart.demo(args[0]);
      } else {
        quickstart.own(Path.of(args[1]), args.length == 3 ? args[2] : null);
      }
      quickstart.summary();
    } catch (Exception e) {
      System.err.println("error: " + cause(e));
      status = 1;
    }
    System.exit(status);
  }

  private void demo(String cache) {
    out.println("Two DataFrames that a Python service cached with cachekit, as Spark tables.");
    view("features", cache, "ns:shop:func:shop.features:args:" + ARGUMENTS);
    view("users", cache, "ns:shop:func:shop.users:args:" + ARGUMENTS);
    query("SELECT COUNT(*) AS rows, SUM(amount) AS amount, AVG(score) AS score FROM features");
    query(
        "SELECT country, COUNT(*) AS rows, ROUND(SUM(amount), 2) AS amount"
            + " FROM features GROUP BY country ORDER BY amount DESC");
    query(
        "SELECT u.tier, COUNT(DISTINCT u.user_id) AS users, ROUND(SUM(f.amount), 2) AS amount"
            + " FROM features f JOIN users u ON f.user_id = u.user_id GROUP BY u.tier"
            + " ORDER BY u.tier");
  }

  /** What both functions were called with: nothing, so the hash of no arguments. */
  private static final String ARGUMENTS =
      "f9cf3864b6e929eb73f84cf6d69409e0bd7575f8cf6feafe3a543b0f7267b2b2:1x2263";

  private void view(String name, String cache, String key) {
    Dataset<Row> frame = spark.read().format("envelope").option("key", key).load(cache);
    frame.createOrReplaceTempView(name);
    entries++;
    out.printf("%n%s  <-  %s%n%s", name, key, frame.schema().treeString());
  }

  private void own(Path directory, String sql) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException("there is no directory " + directory);
    }
    List<Path> files = files(directory);
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "there are no entries in " + directory + " (files named by 32 hexadecimal characters)");
    }
    List<String> readable = new ArrayList<>();
    int shown = 0;
    for (Path file : files) {
      String view = "entry_" + (readable.size() + 1);
      try {
        Dataset<Row> frame = spark.read().format("envelope").load(file.toString());
        frame.createOrReplaceTempView(view);
        readable.add(view);
        if (++shown <= MOST_VIEWS) {
          out.printf(
              "%-10s %s  %,d rows, %d columns, %,d bytes%n",
              view, file.getFileName(), frame.count(), frame.columns().length, Files.size(file));
        }
      } catch (EnvelopeException e) {
        if (++shown <= MOST_VIEWS) {
          out.printf("%-10s %s  not read: %s%n", "-", file.getFileName(), e.getMessage());
        }
      }
    }
    if (shown > MOST_VIEWS) {
      out.printf("… and %,d more%n", shown - MOST_VIEWS);
    }
    entries = readable.size();
    if (sql != null) {
      query(sql);
    } else if (!readable.isEmpty()) {
      out.println();
      out.println("Ask in SQL: ./quickstart DIR 'SELECT … FROM entry_1'. Its first rows:");
      query("SELECT * FROM entry_1 LIMIT 10");
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(
            directory, file -> file.getFileName().toString().matches("[0-9a-f]{32}"))) {
      all.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  private void query(String sql) {
    out.printf("%n> %s%n", sql);
    spark.sql(sql).show(20, false);
  }

  private void summary() {
    ScanMetrics done = ScanMetrics.ofThisJvm();
    out.printf(Locale.ROOT, "entries           %,15d%n", entries);
    out.printf(Locale.ROOT, "rows handed over  %,15d%n", done.rows());
    out.printf(Locale.ROOT, "bytes read        %,15d%n", done.mappedBytes() + done.copiedBytes());
    out.printf(Locale.ROOT, "  as views        %,15d%n", done.mappedBytes());
    out.printf(Locale.ROOT, "  copied          %,15d%n", done.copiedBytes());
    out.printf(Locale.ROOT, "  decompressed to %,15d%n", done.decompressedBytes());
    out.printf(Locale.ROOT, "peak off-heap     %,15d bytes%n", done.peakBytes());
  }

  /** The error a person can act on: the connector's own, if it is anywhere in the chain. */
  private static String cause(Throwable error) {
    for (Throwable e = error; e != null; e = e.getCause()) {
      if (e instanceof EnvelopeException) {
        return e.getMessage();
      }
    }
    return error.getMessage();
  }
}
