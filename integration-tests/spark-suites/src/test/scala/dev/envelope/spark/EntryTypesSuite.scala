package dev.envelope.spark

import dev.envelope.UnsupportedEntryException
import org.apache.spark.sql.Row

/** Every value that the Python library wrote arrives in Spark as it is. */
class EntryTypesSuite extends SparkSuite {
  private val kinds =
    Set("arrow", "legacy-arrow", "arrow-bare", "arrow-expires-late")
  private val tables = Manifest.entries.filter(entry => kinds(entry.kind))

  test("the manifest has tables of each kind") {
    assert(tables.map(_.kind).toSet == kinds)
    assert(tables.size >= 68)
  }

  for (entry <- tables) {
    test(s"${entry.name}: mapped, in generated code") {
      check(entry, nanos = false, "file-access" -> "map")
    }

    test(s"${entry.name}: read, row by row in interpreted code") {
      withConf(
        "spark.sql.codegen.wholeStage" -> "false",
        "spark.sql.codegen.factoryMode" -> "NO_CODEGEN") {
        check(entry, nanos = false, "file-access" -> "read")
      }
    }

    if (entry.json.get("columns").toString.contains("[ns")) {
      test(s"${entry.name}: nanoseconds stay whole") {
        check(entry, nanos = true, "timestamps" -> "nanos")
      }
    }
  }

  private def check(entry: ManifestEntry, nanos: Boolean, options: (String, String)*): Unit =
    withConf("spark.sql.datetime.java8API.enabled" -> "true") {
      val frame = load(entry, options: _*)
      val found = frame.schema.fields.toSeq
      assert(found.map(_.name) == entry.columns.map(_.name))
      val (supported, unsupported) =
        entry.columns.partition(c => ArrowType.inSpark(c.arrowType, nanos).isDefined)
      for (column <- supported) {
        val field = found(entry.columns.indexOf(column))
        assert(field.dataType == ArrowType.inSpark(column.arrowType, nanos).get, column.name)
        // Nulls among the values of a dictionary are known only when it is read.
        assert(field.nullable == (column.nullCount > 0 || column.inDictionary), column.name)
      }
      for (column <- unsupported) {
        val error = intercept[UnsupportedEntryException](frame.select(column.name).collect())
        assert(error.getMessage.contains(s"column '${column.name}'"))
      }
      val selected =
        if (unsupported.isEmpty) frame else frame.select(supported.map(c => frame(c.name)): _*)
      compare(entry, supported, selected.collect(), nanos)
    }

  private def compare(
      entry: ManifestEntry,
      columns: Seq[ManifestColumn],
      rows: Array[Row],
      nanos: Boolean): Unit = {
    assert(rows.length == entry.rows)
    for ((column, i) <- columns.zipWithIndex) {
      val actual = rows.toSeq.map(_.get(i))
      def same(values: Seq[Any], member: String): Unit = {
        val expected = column.values(member).map(Spelling.expected(_, column.arrowType, nanos))
        assert(values.map(Spelling.actual) == expected, s"in column '${column.name}'")
      }
      column.summary match {
        case None => same(actual, "values")
        case Some(summary) =>
          same(actual.take(5), "first")
          same(actual.takeRight(5), "last")
          assert(actual.count(_ == null) == column.nullCount)
          assert(Spelling.summary(actual) == Spelling.summary(summary), column.name)
      }
    }
  }
}
