package dev.envelope.flink

import java.nio.file.Files

import scala.jdk.CollectionConverters._

import dev.envelope.testing.EntryWriter
import org.apache.flink.table.api.TableEnvironment

/** Tables by SQL, as users write it. */
class TableSuite extends FlinkSuite {
  private def features(tables: TableEnvironment, more: (String, String)*): Unit =
    declare(
      tables,
      "features",
      Demo.columns,
      Seq("path" -> demo.toString, "key" -> Demo.key) ++ more: _*)

  private def explain(tables: TableEnvironment, sql: String): String = tables.explainSql(sql)

  test("sums and groups of a bundled entry") {
    val tables = batchTables()
    features(tables)
    val all = query(tables, "SELECT COUNT(score), COUNT(DISTINCT country) FROM features").head
    assert(all.getField(0) == Demo.rows)
    val groups =
      query(tables, "SELECT country, COUNT(*) FROM features GROUP BY country ORDER BY country")
    assert(groups.map(_.getField(1).asInstanceOf[Long]).sum == Demo.rows)
    assert(groups.size == all.getField(1).asInstanceOf[Long])
  }

  test("a query reads only its columns, and EXPLAIN says so") {
    val tables = batchTables()
    features(tables)
    val plan = explain(tables, "SELECT country FROM features")
    assert(plan.contains("project=[country]"), plan)
    assert(query(tables, "SELECT country FROM features").size == Demo.rows)
  }

  test("LIMIT is pushed down, and exact") {
    val tables = batchTables()
    features(tables)
    val plan = explain(tables, "SELECT user_id FROM features LIMIT 7")
    assert(plan.contains("limit=[7]"), plan)
    assert(query(tables, "SELECT user_id FROM features LIMIT 7").size == 7)
  }

  test("COUNT(*) is answered by the planning") {
    val tables = batchTables()
    features(tables)
    val plan = explain(tables, "SELECT COUNT(*) FROM features")
    assert(plan.contains("aggregates=[grouping=[], aggFunctions=[Count1AggFunction()]]"), plan)
    assert(query(tables, "SELECT COUNT(*) FROM features").map(_.getField(0)) == Seq(Demo.rows))
  }

  test("COUNT(*) of a group, of a condition, and of a column read the entry") {
    val tables = batchTables()
    features(tables)
    val some =
      query(tables, "SELECT COUNT(*) FROM features WHERE score > 0.5").head.getField(0)
    assert(some.asInstanceOf[Long] < Demo.rows && some.asInstanceOf[Long] > 0)
    val ways = Seq(
      "SELECT COUNT(*) FROM features WHERE score > 0.5",
      "SELECT country, COUNT(*) FROM features GROUP BY country",
      "SELECT COUNT(score) FROM features",
      "SELECT COUNT(*) FILTER (WHERE score > 0.5) FROM features",
      "SELECT COUNT(DISTINCT country) FROM features")
    ways.foreach(sql => assert(!explain(tables, sql).contains("aggregates=[grouping"), sql))
  }

  test("metadata columns tell of the entry") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 2, 1)
      new EntryWriter(directory).expiringAt(4102444800L).numbers("b", 10, 1)
      val tables = batchTables()
      declare(
        tables,
        "t",
        "n BIGINT, k STRING METADATA FROM 'key', size BIGINT METADATA FROM 'entry-bytes'," +
          " serializer STRING METADATA, expiry TIMESTAMP_LTZ(3) METADATA FROM 'expires-at'," +
          " `batch` INT METADATA",
        "path" -> directory.toString,
        "keys" -> "a,b")
      val rows = query(
        tables,
        "SELECT n, k, size > 200, serializer, CAST(expiry AS STRING), `batch` FROM t ORDER BY n")
      assert(
        rows.map(_.toString) == Seq(
          "+I[0, a, true, ArrowSerializer, null, 0]",
          "+I[1, a, true, ArrowSerializer, null, 0]",
          "+I[2, a, true, ArrowSerializer, null, 1]",
          "+I[10, b, true, ArrowSerializer, 2100-01-01 00:00:00.000, 0]"))
      // Metadata alone, in another order.
      assert(
        query(tables, "SELECT DISTINCT `batch`, k FROM t").map(_.toString).toSet ==
          Set("+I[0, a]", "+I[1, a]", "+I[0, b]"))
    }
  }

  test("conditions on keys and lengths leave out whole entries") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("small", 0, 1)
      writer.numbers("large", 10, 1000)
      val broken = writer.numbers("broken", 10, 10)
      Files.write(broken, Array[Byte](1, 2, 3))
      val tables = batchTables()
      declare(
        tables,
        "t",
        "n BIGINT, k STRING METADATA FROM 'key', size BIGINT METADATA FROM 'entry-bytes'",
        "path" -> directory.toString,
        "keys" -> "small,large,broken")
      def count(where: String): Long =
        query(tables, s"SELECT COUNT(n) FROM t WHERE $where").head.getField(0).asInstanceOf[Long]
      // The broken entry is not even opened.
      assert(count("k = 'small'") == 1)
      assert(count("k IN ('small', 'large')") == 1001)
      assert(count("k LIKE 'l%' AND n < 20") == 10)
      assert(count("'large' = k OR k = 'small'") == 1001)
      assert(count("NOT k = 'broken' AND k <> 'large'") == 1)
      assert(count("size > 1000") == 1000)
      assert(count("size BETWEEN 300 AND 1000") == 1)
      val plan = explain(tables, "SELECT n FROM t WHERE k = 'small' AND n > 3")
      assert(plan.contains("filter=[=("), plan)
      val all = intercept[Exception](count("n > 3"))
      assert(messages(all).contains("broken"), messages(all))
    }
  }

  test("fields of rows are projected") {
    val tables = batchTables()
    val structs = Manifest.entry("structs")
    declare(
      tables,
      "t",
      "flat ROW<street STRING, number INT>," +
        " nested ROW<name STRING, address ROW<street STRING, number INT>>",
      "path" -> structs.directory.toString,
      "key" -> structs.key)
    val sql = "SELECT flat.number, nested.address.street, nested.name FROM t"
    assert(
      explain(tables, sql).contains("flat_number"),
      explain(tables, sql))
    val whole = query(tables, "SELECT flat, nested FROM t").map { row =>
      val flat = row.getFieldAs[org.apache.flink.types.Row](0)
      val nested = row.getFieldAs[org.apache.flink.types.Row](1)
      val address =
        if (nested == null) null else nested.getFieldAs[org.apache.flink.types.Row](1)
      Seq(
        if (flat == null) null else flat.getField(1),
        if (address == null) null else address.getField(0),
        if (nested == null) null else nested.getField(0))
    }
    assert(query(tables, sql).map(row => (0 until 3).map(row.getField)) == whole)
    assert(whole.exists(_.contains(null)) && whole.exists(!_.contains(null)))
  }

  test("statistics reach the planner") {
    val tables = batchTables()
    features(tables)
    val plan = tables.explainSql(
      "SELECT * FROM features",
      org.apache.flink.table.api.ExplainDetail.ESTIMATED_COST)
    assert(plan.contains("rowcount = 5000.0"), plan)
  }

  test("a table that never ends sees new entries and changed ones") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 2)
      val tables = streamTables()
      declare(
        tables,
        "t",
        "n BIGINT",
        "path" -> directory.toString,
        "scan.discovery.interval" -> "50 ms")
      val rows = tables.executeSql("SELECT n FROM t").collect()
      try {
        def next(count: Int): Seq[Long] =
          (1 to count).map(_ => rows.next().getField(0).asInstanceOf[Long]).sorted
        assert(next(2) == Seq(0, 1))
        writer.numbers("b", 10, 2, 1)
        assert(next(3) == Seq(10, 11, 12))
        writer.numbers("a", 20, 1)
        assert(next(1) == Seq(20))
      } finally rows.close()
    }
  }

  test("watermarks are those that the table declares") {
    val tables = streamTables()
    declare(
      tables,
      "features",
      Demo.columns + ", event_time AS CAST(ts AS TIMESTAMP(3)), WATERMARK FOR event_time AS event_time - INTERVAL '1' SECOND",
      "path" -> demo.toString,
      "key" -> Demo.key)
    val sql =
      "SELECT window_start, COUNT(*) FROM TABLE(" +
        "TUMBLE(TABLE features, DESCRIPTOR(event_time), INTERVAL '90' DAY)) GROUP BY window_start, window_end"
    val plan = explain(tables, sql)
    assert(plan.contains("watermark=["), plan)
    val counts = query(tables, sql).map(_.getField(1).asInstanceOf[Long])
    assert(counts.sum == Demo.rows)
  }

  test("scan.parallelism is kept to") {
    val tables = streamTables()
    features(tables, "scan.parallelism" -> "1")
    val plan = tables.explainSql(
      "SELECT country FROM features",
      org.apache.flink.table.api.ExplainDetail.JSON_EXECUTION_PLAN)
    assert("(?s)Source: .*\"parallelism\" : 1".r.findFirstIn(plan).isDefined, plan)
  }

  test("options may be written with dots") {
    val tables = batchTables()
    declare(
      tables,
      "t",
      "user_id BIGINT",
      "path" -> demo.toString,
      "key" -> Demo.key,
      "read.mode" -> "verified",
      "file.access" -> "read")
    assert(query(tables, "SELECT COUNT(user_id) FROM t").head.getField(0) == Demo.rows)
  }

  test("wrong options are refused with what to give") {
    def error(options: (String, String)*): String = {
      val tables = batchTables()
      declare(tables, "t", "n BIGINT", options: _*)
      messages(intercept[Exception](query(tables, "SELECT * FROM t")))
    }
    val unknown = error("path" -> demo.toString, "pth" -> "x")
    assert(unknown.contains("Unsupported options found for 'envelope'"), unknown)
    assert(unknown.contains("keys-pattern"), unknown)
    val nothing = error()
    assert(nothing.contains("'path'") && nothing.contains("'url'"), nothing)
    val value = error("path" -> demo.toString, "read-mode" -> "fast")
    assert(value.contains("option 'read-mode'") && value.contains("verified"), value)
    val view = error("path" -> demo.toString, "view" -> "entries")
    assert(view.contains("metadata columns"), view)
    val missing = error("path" -> demo.toString, "key" -> "nobody")
    assert(missing.contains("nobody"), missing)
  }

  test("a wrong column is refused by name when it is selected") {
    val tables = batchTables()
    declare(
      tables,
      "t",
      "user_id BIGINT, country INT, other STRING, score DOUBLE NOT NULL",
      "path" -> demo.toString,
      "key" -> Demo.key)
    assert(query(tables, "SELECT COUNT(user_id) FROM t").head.getField(0) == Demo.rows)
    assert(query(tables, "SELECT COUNT(other) FROM t").head.getField(0) == 0)
    val refused = messages(intercept[Exception](query(tables, "SELECT country FROM t")))
    assert(refused.contains("country") && refused.contains("INT"), refused)
    assert(query(tables, "SELECT COUNT(score) FROM t").head.getField(0) == Demo.rows)
  }

  test("a table without columns says where they come from") {
    val tables = batchTables()
    tables.executeSql(
      s"CREATE TEMPORARY TABLE t WITH ('connector' = 'envelope', 'path' = '$demo')")
    val error = messages(intercept[Exception](query(tables, "SELECT * FROM t")))
    assert(error.contains("catalog"), error)
  }
}
