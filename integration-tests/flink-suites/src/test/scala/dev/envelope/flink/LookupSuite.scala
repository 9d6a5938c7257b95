package dev.envelope.flink

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._

import dev.envelope.CorruptEntryException
import dev.envelope.testing.EntryWriter
import org.apache.flink.configuration.Configuration
import org.apache.flink.table.api.TableEnvironment
import org.apache.flink.table.data.GenericRowData
import org.apache.flink.table.functions.LookupFunction

/** Entries as the dimension of a join: held in memory, and read by their key. */
class LookupSuite extends FlinkSuite {

  /** A stream of orders: one for each of some values, each with a time of processing. */
  private def orders(tables: TableEnvironment, column: String, values: String*): Unit = {
    val rows = values.map(value => s"($value)").mkString(", ")
    tables.executeSql(
      s"CREATE TEMPORARY VIEW orders AS SELECT $column, PROCTIME() AS pt" +
        s" FROM (VALUES $rows) AS v($column)")
    ()
  }

  private def join(select: String, on: String): String =
    s"SELECT $select FROM orders AS o LEFT JOIN t FOR SYSTEM_TIME AS OF o.pt AS t ON $on"

  private def joined(tables: TableEnvironment, select: String, on: String): Seq[String] =
    query(tables, join(select, on)).map(_.toString).sorted

  test("all rows in memory, by any columns") {
    val tables = streamTables()
    val users = Manifest.entry("users")
    declare(
      tables,
      "t",
      "user_id BIGINT, name STRING, tier STRING",
      "path" -> users.directory.toString,
      "key" -> users.key)
    val all = query(tables, "SELECT user_id, name FROM t")
    val known = all.head.getField(0)
    orders(tables, "id", s"CAST($known AS BIGINT)", "CAST(-1 AS BIGINT)", "CAST(NULL AS BIGINT)")
    val rows = joined(tables, "o.id, t.name", "o.id = t.user_id")
    assert(rows.toSet == Set(s"+I[$known, ${all.head.getField(1)}]", "+I[-1, null]", "+I[null, null]"))
  }

  test("several rows of one key, by a column of several types") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 3, 2)
      new EntryWriter(directory).numbers("b", 3, 2)
      val tables = streamTables()
      declare(
        tables,
        "t",
        "n BIGINT, k STRING METADATA FROM 'key', `batch` INT METADATA",
        "path" -> directory.toString,
        "keys" -> "a,b",
        "lookup.cache" -> "FULL")
      orders(tables, "n", "CAST(3 AS BIGINT)", "CAST(1 AS BIGINT)")
      assert(joined(tables, "o.n, t.k, t.`batch`", "o.n = t.n") ==
        Seq("+I[1, a, 0]", "+I[3, a, 1]", "+I[3, b, 0]"))
    }
  }

  for (cache <- Seq("NONE", "PARTIAL", "FULL"); async <- Seq(true, false))
    test(s"entries by their key, cache $cache, async $async") {
      withDirectory { directory =>
        val writer = new EntryWriter(directory)
        writer.numbers("a", 0, 2)
        writer.numbers("b", 10, 1)
        writer.numbers("hidden", 20, 1)
        val tables = streamTables("table.exec.async-lookup.output-mode" -> "ALLOW_UNORDERED")
        declare(
          tables,
          "t",
          "n BIGINT, k STRING METADATA FROM 'key'",
          "path" -> directory.toString,
          "keys" -> "a,b",
          "lookup.cache" -> cache,
          "lookup.partial-cache.max-rows" -> "100")
        orders(tables, "k", "'a'", "'b'", "'hidden'", "'nobody'", "CAST(NULL AS STRING)", "'a'")
        val hint = s"/*+ LOOKUP('table'='t', 'async'='$async') */"
        val plan = tables.explainSql(join(s"$hint o.k, t.n", "o.k = t.k"))
        // What is in memory is looked up at once.
        assert(plan.contains("async=[UNORDERED") == (async && cache != "FULL"), plan)
        val rows = joined(tables, s"$hint o.k, t.n", "o.k = t.k")
        assert(rows == Seq(
          "+I[a, 0]",
          "+I[a, 0]",
          "+I[a, 1]",
          "+I[a, 1]",
          "+I[b, 10]",
          "+I[hidden, null]",
          "+I[nobody, null]",
          "+I[null, null]"))
      }
    }

  test("an entry by its key and a column") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 3)
      val tables = streamTables()
      declare(
        tables,
        "t",
        "n BIGINT, k STRING METADATA FROM 'key'",
        "path" -> directory.toString,
        "keys" -> "a")
      orders(tables, "k", "'a'", "'b'")
      assert(joined(tables, "o.k, t.n", "o.k = t.k AND t.n = CHAR_LENGTH(o.k)") ==
        Seq("+I[a, 1]", "+I[b, null]"))
    }
  }

  test("a corrupt entry fails the join by its name") {
    withDirectory { directory =>
      val file = new EntryWriter(directory).numbers("a", 0, 3)
      EntryWriter.overwrite(file, Files.size(file) - 300, 1, 2, 3)
      for (more <- Seq("lookup.cache" -> "FULL", "lookup.cache" -> "NONE")) {
        val tables = streamTables()
        declare(
          tables,
          "t",
          "n BIGINT, k STRING METADATA FROM 'key'",
          "path" -> directory.toString,
          "keys" -> "a",
          "region-linger" -> "0 s",
          more)
        orders(tables, "k", "'a'")
        val error = intercept[Exception](joined(tables, "o.k, t.n", "o.k = t.k"))
        assert(causes(error).exists(_.isInstanceOf[CorruptEntryException]), messages(error))
        assert(messages(error).contains("'a'"))
      }
    }
  }

  test("what cannot be looked up is refused when the query is planned") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 3)
      val tables = streamTables()
      declare(
        tables,
        "t",
        "n BIGINT, list ARRAY<INT>",
        "path" -> directory.toString,
        "lookup.cache" -> "PARTIAL",
        "lookup.partial-cache.max-rows" -> "10")
      orders(tables, "n", "CAST(1 AS BIGINT)")
      val partial = messages(intercept[Exception](joined(tables, "o.n", "o.n = t.n")))
      assert(partial.contains("'lookup.cache' = 'PARTIAL'"), partial)
    }
  }

  test("no more rows in memory than the option allows") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 30)
      val tables = streamTables()
      declare(
        tables,
        "t",
        "n BIGINT",
        "path" -> directory.toString,
        "lookup.full-cache.max-rows" -> "29")
      orders(tables, "n", "CAST(1 AS BIGINT)")
      val error = messages(intercept[Exception](joined(tables, "o.n, t.n", "o.n = t.n")))
      assert(error.contains("'lookup.full-cache.max-rows' = 29"), error)
    }
  }

  /** The function itself, as a task runs it. */
  private def function(directory: Path, reload: String): LookupFunction = {
    val lookup = new Configuration
    lookup.setString("lookup.full-cache.periodic-reload.interval", reload)
    LookupFunctions.full(
      Map("path" -> directory.toString, "region-linger" -> "0 s").asJava,
      lookup)
  }

  private def count(function: LookupFunction, n: Long): Int =
    function.lookup(GenericRowData.of(Long.box(n))).size

  test("rows are loaded again when an entry has changed, and only then") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 3)
      val looked = function(directory, "20 ms")
      val metrics = new LookupFunctions.Gauges
      looked.open(LookupFunctions.context(metrics))
      try {
        assert(count(looked, 1) == 1 && count(looked, 10) == 0)
        Thread.sleep(300)
        assert(metrics.value("lookupLoads") == 1)
        val file = writer.numbers("b", 10, 2)
        eventually(assert(count(looked, 10) == 1))
        assert(metrics.value("lookupLoads") == 2 && metrics.value("lookupRows") == 5)
        // Broken: the rows that are there stay, and a metric tells.
        val good = Files.readAllBytes(file)
        Files.write(file, Array[Byte](1, 2, 3))
        eventually(assert(metrics.value("failedReloads") > 0))
        assert(count(looked, 10) == 1)
        Files.write(file, good)
        writer.numbers("c", 20, 1)
        eventually(assert(count(looked, 20) == 1))
      } finally looked.close()
      // close() waits for the last task, the thread that ran it is gone a little later.
      eventually {
        assert(!Thread.getAllStackTraces.keySet.asScala.exists(_.getName.startsWith("envelope-lookup")))
      }
    }
  }

  test("a lookup that is closed while it loads ends") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 3)
      for (_ <- 1 to 10) {
        val looked = function(directory, "1 ms")
        looked.open(LookupFunctions.context(new LookupFunctions.Gauges))
        writer.numbers("b", 10, Seq.fill(20)(500): _*)
        Thread.sleep(5)
        looked.close()
      }
    }
  }

  private def causes(error: Throwable): Seq[Throwable] =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).toSeq
}
