package dev.envelope.spark

import dev.envelope.MissingEntryException
import dev.envelope.scan.ScanMetrics
import org.apache.spark.sql.Row
import org.apache.spark.sql.functions._

/** No more is read than the query needs, and Spark knows what to expect. */
class PushdownSuite extends SparkSuite {
  private val many = Manifest.entry("many_batches")

  test("columns that are not selected are not decompressed") {
    def decompressed(columns: String*) = {
      val frame = load(many).selectExpr(columns: _*)
      assert(frame.collect().length == many.rows)
      ScanNodes.metric(frame, "envelopeDecompressedBytes")
    }
    val (block, period) = (many.decompressed(8), many.decompressed(4))
    assert(decompressed("block") == block)
    assert(decompressed("period") == period)
    assert(decompressed("period", "block") == block + period)
    assert(decompressed("1") == 0)
  }

  test("a limit reads no more batches than it takes") {
    val frame = load(many, "split-size" -> "16k").limit(5)
    assert(frame.collect().length == 5)
    assert(ScanNodes.tasks(frame) == 1)
    assert(ScanNodes.metric(frame, "envelopeBatches") == 1)
    val all = load(many, "split-size" -> "16k")
    assert(ScanNodes.tasks(all) == 4)
    val most = load(many, "split-size" -> "16k").limit(30000)
    assert(most.collect().length == 30000)
    assert(ScanNodes.tasks(most) == 2, "the second batch has the rest")
  }

  test("a limit above what drops rows is not pushed") {
    val frame = load(many, "split-size" -> "16k").filter("period < 0").limit(60000)
    assert(ScanNodes.tasks(frame) == 4)
    assert(frame.collect().length == load(many).filter("period < 0").count().min(60000))
  }

  test("COUNT(*) reads no batch") {
    val before = ScanMetrics.ofThisJvm().batches()
    assert(load(many).count() == many.rows)
    assert(load(many).groupBy().count().collect().toSeq == Seq(Row(many.rows)))
    assert(ScanMetrics.ofThisJvm().batches() == before)
    val plan = load(many).agg(count(lit(1))).queryExecution.executedPlan.toString
    assert(plan.contains("LocalTableScan"), plan)
  }

  test("counts of other things are computed") {
    assert(load(many).agg(count("value")).collect().toSeq == Seq(Row(many.rows - 6250)))
    assert(load(many).agg(count("value"), count(lit(1))).collect().toSeq ==
      Seq(Row(many.rows - 6250, many.rows)))
    assert(load(many).filter("value IS NULL").count() == 6250)
    assert(load(many).groupBy("flag").count().collect().map(_.getLong(1)).sum == many.rows)
    assert(load(many).limit(7).count() == 7)
  }

  test("Spark is told the rows and the bytes") {
    val all = load(many).queryExecution.optimizedPlan.stats
    assert(all.rowCount.contains(BigInt(many.rows)))
    assert(all.sizeInBytes == BigInt(many.bytes))
    val flag = load(many).select("flag").queryExecution.optimizedPlan.stats
    assert(flag.sizeInBytes < all.sizeInBytes / 10 && flag.sizeInBytes > 0)
    assert(flag.rowCount.contains(BigInt(many.rows)))
  }

  test("a small entry is broadcast without a hint") {
    val (features, users) = (Manifest.entry("features"), Manifest.entry("users"))
    def plan(threshold: Long) = withConf(
      "spark.sql.adaptive.enabled" -> "false",
      "spark.sql.autoBroadcastJoinThreshold" -> threshold.toString) {
      val joined = load(features).join(load(users), "user_id")
      assert(joined.count() == features.rows)
      joined.queryExecution.executedPlan.toString
    }
    assert(users.bytes < features.bytes)
    val broadcast = plan(users.bytes)
    assert(broadcast.contains("BroadcastHashJoin") && broadcast.contains("BuildRight"))
    assert(plan(64).contains("SortMergeJoin"))
  }

  test("EXPLAIN says which entries and columns are read") {
    val frame = load(many).select("flag", "block").limit(3)
    for (mode <- Seq("simple", "formatted", "extended")) {
      val text = frame.queryExecution.explainString(
        org.apache.spark.sql.execution.ExplainMode.fromString(mode))
      assert(text.contains(s"envelope ${many.directory}"), text)
    }
    assert(ScanNodes.only(frame).scan.description() ==
      s"envelope ${many.directory} entries=1 rows=100000 columns=[block, flag] limit=3")
  }

  test("a large entry is read by several tasks, each with its own batches") {
    val frame = load(many, "split-size" -> "16k").select("block", "_batch")
    assert(ScanNodes.tasks(frame) == 4)
    val rows = frame.groupBy("_batch").count().orderBy("_batch").collect()
    assert(rows.map(_.getLong(1)).toSeq == Seq(28529L, 28529L, 28530L, 14412L))
    assert(rows.map(_.getInt(0)).toSeq == Seq(0, 1, 2, 3))
    val total = frame.agg(sum(col("block").cast("decimal(38,0)"))).collect().head.getDecimal(0)
    assert(total.toPlainString == many.columns.head.summary.get.get("sum").asText)
  }

  test("many small entries are read by few tasks") {
    withDirectory { directory =>
      for (i <- 0 until 40) Columns.write(directory, s"key $i", "n" -> Seq(i.toLong))
      val frame = load(directory)
      assert(ScanNodes.tasks(frame) == 1)
      assert(frame.collect().map(_.getLong(0)).sorted.toSeq == (0L until 40L))
    }
  }

  test("a table without rows or entries is empty") {
    val zero = load(Manifest.entry("zero_rows"))
    assert(zero.collect().isEmpty)
    assert(zero.count() == 0)
    assert(zero.agg(max("number")).collect().toSeq == Seq(Row(null)))
    withDirectory { directory =>
      assert(intercept[MissingEntryException](load(directory)).getMessage
        .contains(directory.toString))
      val empty = spark.read.schema("n BIGINT").format("envelope").load(directory.toString)
      assert(empty.collect().isEmpty)
      assert(empty.count() == 0)
      assert(empty.queryExecution.optimizedPlan.stats.rowCount.contains(BigInt(0)))
    }
  }
}
