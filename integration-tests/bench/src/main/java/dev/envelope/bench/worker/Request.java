package dev.envelope.bench.worker;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/** What a worker is asked to do. */
public sealed interface Request extends Serializable {

  /**
   * Runs a query.
   *
   * @param format the source, as Spark knows it
   * @param path what to read, or empty where the options say it
   * @param options of the source
   * @param settings of the session
   * @param forget whether everything that was verified or lingers is forgotten first
   */
  record Ask(
      Query query,
      String format,
      String path,
      Map<String, String> options,
      Map<String, String> settings,
      boolean forget)
      implements Request {}

  /**
   * Sums all columns of entries in one thread, without Spark, over mapped memory that was touched
   * before.
   *
   * @param path the entries
   */
  record BareLoop(String path) implements Request {}

  /**
   * Writes entries as Parquet, a file for each task.
   *
   * @param from the entries
   * @param options how to read them
   * @param to an empty directory
   * @param codec Spark's name of it
   */
  record WriteParquet(String from, Map<String, String> options, String to, String codec)
      implements Request {}

  /**
   * Does something without Spark.
   *
   * @param what what to do
   * @param options of the source; peers take their {@code url} and {@code key} from there
   */
  record Run(Job what, Map<String, String> options) implements Request {}

  /**
   * Runs a query in Flink.
   *
   * @param rows who reads the entries, or the Parquet files
   * @param path what to read, or empty where the options say it
   * @param options of the source
   * @param forget whether everything that was verified or lingers is forgotten first
   */
  record AskFlink(
      FlinkQuery query, FlinkRows rows, String path, Map<String, String> options, boolean forget)
      implements Request {}

  /**
   * Runs jobs one after the other in a session cluster, each with the connector in a jar of its
   * own, and says what is held then.
   *
   * @param jar the connector
   * @param tables options of tables that are summed in turns
   * @param jobs how many
   */
  record Session(String jar, List<Map<String, String>> tables, int jobs) implements Request {}
}
