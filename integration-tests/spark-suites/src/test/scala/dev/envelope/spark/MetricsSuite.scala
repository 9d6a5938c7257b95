package dev.envelope.spark

import dev.envelope.scan.EntryPool
import org.apache.spark.sql.DataFrame

/** The metrics of the scan in the SQL tab say what happened. */
class MetricsSuite extends SparkSuite {
  private val features = Manifest.entry("features")
  private val many = Manifest.entry("many_batches")

  private def metrics(frame: DataFrame): Map[String, Long] = ScanNodes
    .only(frame)
    .metrics
    .collect { case (name, metric) if name.startsWith("envelope") => name -> metric.value }
    .toMap

  private def run(frame: DataFrame, rows: Long): Map[String, Long] = {
    assert(frame.collect().length == rows)
    metrics(frame)
  }

  test("a mapped entry that is not compressed") {
    EntryPool.ofThisJvm().clear()
    val values = run(load(features), features.rows)
    assert(values.keySet == Set(
      "envelopeEntries",
      "envelopeSkippedEntries",
      "envelopeBatches",
      "envelopeMappedBytes",
      "envelopeCopiedBytes",
      "envelopeDecompressedBytes",
      "envelopeChecksumTime",
      "envelopeCommands",
      "envelopeReceivedBytes",
      "envelopeRetries",
      "envelopeTornReads",
      "envelopeWaitTime",
      "envelopePeakMemory"))
    assert(values("envelopeEntries") == 1)
    assert(values("envelopeSkippedEntries") == 0)
    assert(values("envelopeBatches") == 1)
    assert(values("envelopeMappedBytes") == features.bytes)
    assert(values("envelopeCopiedBytes") == 0)
    assert(values("envelopeDecompressedBytes") == 0)
    assert(values("envelopeChecksumTime") > 0)
    // Ones for the columns without nulls, a bit a row, and a little ahead.
    val bitmap = (features.rows + 7) / 8
    assert(values("envelopePeakMemory") >= bitmap && values("envelopePeakMemory") <= 2 * bitmap)
  }

  test("an entry that is read") {
    val values = run(load(features, "file-access" -> "read"), features.rows)
    assert(values("envelopeMappedBytes") == 0)
    assert(values("envelopeCopiedBytes") == features.bytes)
    assert(values("envelopePeakMemory") >= features.bytes)
    assert(values("envelopePeakMemory") < features.bytes + 4096)
  }

  test("an entry that is compressed") {
    val values = run(load(many).select("period", "block", "_batch"), many.rows)
    assert(values("envelopeEntries") == 1)
    assert(values("envelopeBatches") == 4)
    assert(values("envelopeMappedBytes") == many.bytes)
    assert(values("envelopeDecompressedBytes") == many.decompressed(8) + many.decompressed(4))
    // Two batches of two columns at most, never all four.
    assert(values("envelopePeakMemory") >= 12 * 2 * 28529)
    assert(values("envelopePeakMemory") < 12 * 3 * 28529)
  }

  test("a legacy envelope is copied: its base64 is decoded") {
    val legacy = Manifest.entry("legacy_arrow")
    // Otherwise what the planner decoded lingers, and the task has nothing to do.
    val values = run(load(legacy, "region-linger" -> "0s"), legacy.rows)
    assert(values("envelopeMappedBytes") == 0)
    assert(values("envelopeCopiedBytes") > 0 && values("envelopeCopiedBytes") < legacy.bytes)
  }

  test("tasks add up, and the peak is the highest") {
    val split = load(many, "split-size" -> "16k").select("period", "_batch")
    val values = run(split, many.rows)
    assert(ScanNodes.tasks(split) == 4)
    assert(values("envelopeEntries") == 4, "each task opens the entry")
    assert(values("envelopeBatches") == 4)
    assert(values("envelopeDecompressedBytes") == many.decompressed(4))
  }

  test("they are shown with units and in words") {
    val frame = load(many, "split-size" -> "16k").select("period")
    assert(frame.collect().length == many.rows)
    val store = frame.queryExecution.sparkSession.sharedState.statusStore
    val ids = ScanNodes.only(frame).metrics.map { case (name, metric) => name -> metric.id }
    def shown(name: String): String = {
      val execution = store.executionsList().last
      val values = store.executionMetrics(execution.executionId)
      values.getOrElse(ids(name), "")
    }
    eventually {
      assert(shown("envelopeBatches") == "4")
      assert(shown("envelopeDecompressedBytes") == "390.6 KiB")
      assert(shown("envelopeCopiedBytes") == "0 B")
      assert(shown("envelopeChecksumTime").matches("\\d+\\.\\d ms"))
      // Of four tasks, two at a time, each with 4 bytes a row of a batch or two.
      assert(shown("envelopePeakMemory").matches("[12]\\d\\d\\.\\d KiB"))
    }
    val descriptions = ScanNodes.only(frame).metrics
      .collect { case (name, metric) if name.startsWith("envelope") => metric.name.get }
    assert(descriptions.toSet == Set("entries opened", "entries skipped", "record batches",
      "bytes mapped", "bytes copied", "bytes decompressed", "checksum time",
      "commands to the store", "bytes from the store", "retries", "torn reads",
      "time waiting for the store", "peak off-heap memory"))
  }
}
