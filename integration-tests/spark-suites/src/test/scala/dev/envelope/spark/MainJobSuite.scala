package dev.envelope.spark

import org.apache.spark.sql.functions.{count, lit}

/** The main job: the demo cache, queried. */
class MainJobSuite extends SparkSuite {
  private val demo = entries.resolve("cache-demo")

  test("COUNT(*) runs no task") {
    val frame = load(demo, "merge-schema" -> "true")
    assert(frame.count() == 5250)
    val plan = frame.agg(count(lit(1))).queryExecution.executedPlan.toString
    assert(plan.contains("LocalTableScan"), plan)
  }

  test("two entries of one directory are one table") {
    val frame = load(demo, "merge-schema" -> "true")
    val rows = frame.groupBy("_entry_bytes", "_serializer", "_key").count().collect()
    assert(rows.map(_.getLong(3)).sorted.toSeq == Seq(250L, 5000L))
    assert(rows.forall(row => row.isNullAt(2)), "a directory stores no keys")
  }
}
