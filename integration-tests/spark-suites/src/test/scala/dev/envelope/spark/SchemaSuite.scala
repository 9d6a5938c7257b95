package dev.envelope.spark

import dev.envelope.UnsupportedEntryException
import org.apache.spark.sql.{AnalysisException, DataFrame, Row}
import org.apache.spark.sql.types._

/** The columns that come out: those of the entries, or those that the user asks for. */
class SchemaSuite extends SparkSuite {

  private def read(schema: String, entry: ManifestEntry): DataFrame =
    read(StructType.fromDDL(schema), entry)

  private def read(schema: StructType, entry: ManifestEntry): DataFrame = spark.read
    .schema(schema)
    .format("envelope")
    .option("key", entry.key)
    .load(entry.directory.toString)

  private def refusal(frame: => DataFrame): String =
    intercept[UnsupportedEntryException](frame.collect()).getMessage

  test("a given schema chooses columns and their order") {
    val frame = read("answer STRING, text STRING, id BIGINT", Manifest.entry("small_batches"))
    assert(frame.columns.toSeq == Seq("answer", "text", "id"))
    val rows = frame.collect()
    assert(rows.map(_.getLong(2)).toSeq == (0L until 15L))
    assert(rows(1) == Row(null, "kapré", 1L), "a column that is missing gives nulls")
  }

  test("a given schema may widen numbers") {
    val wide = "int8 BIGINT, uint8 INT, int16 DOUBLE, int32 DECIMAL(12, 1), uint64 DECIMAL(30, 0)," +
      " uint32 DECIMAL(20, 0), int64 DECIMAL(38, 2)"
    val row = read(wide, Manifest.entry("ints")).collect().last
    val expected = Seq[Any](127L, 255, 32767.0) ++
      Seq("2147483647.0", "18446744073709551615", "4294967295", "9223372036854775807.00")
        .map(new java.math.BigDecimal(_))
    assert(row.toSeq == expected)
  }

  test("a given schema may not narrow") {
    for ((column, wanted) <- Seq("int64" -> "INT", "uint8" -> "TINYINT", "int64" -> "DOUBLE",
        "uint64" -> "BIGINT", "int32" -> "STRING")) {
      val error = refusal(read(s"$column $wanted", Manifest.entry("ints")))
      assert(error.contains(s"column '$column' is"))
      assert(error.contains(s"cannot be read as ${wanted.toLowerCase}"), error)
    }
  }

  test("a given schema may leave out, reorder and add fields of structs") {
    val frame = read(
      "nested STRUCT<address: STRUCT<number: BIGINT, town: STRING, street: STRING>>",
      Manifest.entry("structs"))
    assert(frame.collect().head == Row(Row(Row(1L, null, "Main"))))
  }

  test("a column that is NOT NULL may hold no nulls") {
    val entry = Manifest.entry("not_nullable")
    def columns(names: String*) =
      StructType(names.map(name => entry.columns.find(_.name == name).get).map { column =>
        StructField(column.name, ArrowType.inSpark(column.arrowType, nanos = false).get, false)
      })
    assert(read(columns("id", "name"), entry).collect().toSeq == Seq(Row(1L, "a"), Row(2L, "b")))
    val error = refusal(read(columns("id", "maybe"), entry))
    assert(error.contains("column 'maybe' is declared NOT NULL"))
    val missing = StructType(Seq(StructField("other", LongType, nullable = false)))
    assert(refusal(read(missing, entry)).contains("column 'other' is declared NOT NULL"))
  }

  test("a field in a struct that is NOT NULL may hold no nulls") {
    val number = StructField("number", IntegerType, nullable = false)
    val schema = StructType(Seq(StructField("flat", StructType(Seq(number)))))
    val error = intercept[Exception](read(schema, Manifest.entry("structs")).collect())
    assert(messages(error).contains("column 'flat.number' is declared NOT NULL"))
  }

  test("fields of structs are pruned") {
    val frame = load(Manifest.entry("structs")).selectExpr("nested.address.number")
    assert(frame.collect().map(_.get(0)).toSeq ==
      Manifest.entry("structs").columns(1).values("values").map { value =>
        val address = if (value.isNull) value else value.get("address")
        if (address.isNull || address.get("number").isNull) null
        else address.get("number").asInt
      })
    val pruned = "nested STRUCT<address: STRUCT<number: INT>>"
    assert(ScanNodes.only(frame).scan.readSchema() == StructType.fromDDL(pruned))
  }

  test("one entry decides on the columns, others may lack some") {
    withDirectory { directory =>
      // Names of files sort as a first, then b.
      Columns.write(directory, "b", "n" -> Seq(1L, 2L), "s" -> Seq("x", "y"))
      Columns.write(directory, "a", "n" -> Seq(3L), "other" -> Seq(0.5))
      val frame = load(directory, "keys" -> "b,a")
      assert(frame.schema ==
        StructType(Seq(StructField("n", LongType, false), StructField("s", StringType, true))))
      assert(frame.collect().toSet == Set(Row(1L, "x"), Row(2L, "y"), Row(3L, null)))
    }
  }

  test("merge-schema = true reads the columns of all entries, each of a type that holds all") {
    withDirectory { directory =>
      Columns.write(directory, "a", "n" -> Seq(1, 2), "s" -> Seq("x", null))
      Columns.write(directory, "b", "other" -> Seq(0.5), "n" -> Seq(1L << 40))
      val frame = load(directory, "keys" -> "a,b", "merge-schema" -> "true")
      assert(frame.schema == StructType(Seq(
        StructField("n", LongType, false),
        StructField("s", StringType, true),
        StructField("other", DoubleType, true))))
      assert(frame.collect().toSet ==
        Set(Row(1L, "x", null), Row(2L, null, null), Row(1L << 40, null, 0.5)))
    }
  }

  test("columns that do not fit together are refused with the way out") {
    withDirectory { directory =>
      Columns.write(directory, "a", "n" -> Seq(1))
      Columns.write(directory, "b", "n" -> Seq(2L))
      Columns.write(directory, "c", "n" -> Seq("three"))
      def error(options: (String, String)*) =
        intercept[UnsupportedEntryException](load(directory, options: _*)).getMessage
      val narrow = error("keys" -> "a,b")
      assert(narrow.contains("column 'n'") && narrow.contains("'a'") && narrow.contains("'b'"))
      assert(narrow.contains("merge-schema = true reads both"))
      for (merge <- Seq("true", "false")) {
        val never = error("keys" -> "b,c", "merge-schema" -> merge)
        assert(never.contains("column 'n'") && never.contains("no type holds both"))
      }
    }
  }

  test("an entry without rows never decides on types") {
    withDirectory { directory =>
      Columns.write(directory, "a", "n" -> Seq(), "s" -> Seq())
      Columns.write(directory, "b", "n" -> Seq(1L))
      assert(load(directory, "keys" -> "a,b").collect().toSeq == Seq(Row(1L)))
      val merged = load(directory, "keys" -> "a,b", "merge-schema" -> "true")
      assert(merged.schema.map(f => f.name -> f.dataType) ==
        Seq("n" -> LongType, "s" -> StringType))
      assert(merged.collect().toSeq == Seq(Row(1L, null)))
    }
  }

  test("columns that differ only in case are told apart where Spark does") {
    val frame = load(Manifest.entry("odd_names"))
    withConf("spark.sql.caseSensitive" -> "true") {
      assert(frame.select("case", "Case").collect().toSeq == Seq(Row(10L, 9L), Row(110L, 109L)))
    }
    val error = intercept[AnalysisException](frame.select("case"))
    assert(error.getMessage.toLowerCase.contains("ambiguous"))
    assert(frame.select("plain").collect().toSeq == Seq(Row(0L), Row(100L)))
  }

  test("a given schema finds columns whatever their case") {
    val frame = read("ANSWER BIGINT", Manifest.entry("one_row"))
    assert(frame.select("answer").collect().toSeq == Seq(Row(42L)))
  }

  test("odd names are names like others") {
    val entry = Manifest.entry("odd_names")
    val frame = load(entry)
    for ((column, i) <- entry.columns.zipWithIndex if column.name.toLowerCase != "case") {
      val quoted = "`" + column.name.replace("`", "``") + "`"
      val found = frame.select(frame.col(quoted), frame.col("plain")).collect()
      assert(found.toSeq == Seq(Row(i.toLong, 0L), Row(100L + i, 100L)), quoted)
    }
  }

  test("a column that Spark cannot represent is refused when it is selected, and only then") {
    val frame = load(Manifest.entry("decimals_narrow"))
    assert(frame.select("name", "id").collect().toSeq ==
      Seq(Row("a", 1L), Row("b", 2L), Row("c", 3L)))
    assert(frame.count() == 3)
    assert(frame.filter("id > 1").select("name").collect().toSeq == Seq(Row("b"), Row("c")))
    for (column <- Seq("d32_9_3", "d64_18_4")) {
      assert(refusal(frame.select(column)).contains(s"column '$column'"))
      assert(refusal(frame.filter(s"$column IS NULL").select("id")).contains(s"'$column'"))
    }
    assert(refusal(frame).contains("column 'd32_9_3'"))
  }

  test("an entry with two columns of one name is refused") {
    val entry = Manifest.entry("duplicate_names")
    val error = intercept[UnsupportedEntryException](load(entry)).getMessage
    assert(error.contains(entry.key) && error.contains("two columns named 'same'"))
  }
}
