package dev.envelope.spark

import java.math.BigDecimal
import java.nio.ByteBuffer
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import dev.envelope.{CorruptEntryException, UnsupportedEntryException}
import dev.envelope.entry.FileName
import dev.envelope.testing.redis.RedisServer
import org.apache.spark.SparkException
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.types.StructType

/** Documents as tables: what a user's schema decides, what several of them make, what does not fit. */
class DocumentsSuite extends SparkSuite {

  private def named(name: String, schema: String, options: (String, String)*): DataFrame = {
    val kind = Kinds.named(name)
    val reader =
      spark.read.format("envelope").option("key", kind.key).options((kind.options ++ options).toMap)
    (if (schema.isEmpty) reader else reader.schema(schema)).load(kind.directory.toString)
  }

  /** An entry as `orjson` writes it without integrity. */
  private def writeJson(directory: Path, key: String, document: String): Path = {
    val header = """{"s":"orjson","m":{"format":"orjson","original_type":"orjson",""" +
      """"encoding":"utf-8","compressed":false},"v":"2.0"}"""
    val head = header.getBytes(UTF_8)
    val body = document.getBytes(UTF_8)
    val bytes = ByteBuffer.allocate(14 + 7 + head.length + body.length)
    bytes.put(Array[Byte]('C', 'K', 1, 0, 0, 0)).putLong(0)
    bytes.put(Array[Byte]('C', 'K', 3)).putInt(head.length).put(head).put(body)
    Files.write(directory.resolve(FileName.of(key)), bytes.array)
  }

  test("a schema decides on the types of what is decoded") {
    def widening(schema: String) = named("newest-rows_widening-default", schema).collect().toSeq
    assert(widening("") == Seq(Row(1.0), Row(2.5), Row(null)))
    assert(widening("n STRING") == Seq(Row("1"), Row("2.5"), Row(null)))
    assert(widening("n DECIMAL(5,2)") ==
      Seq(Row(new BigDecimal("1.00")), Row(new BigDecimal("2.50")), Row(null)))
    assert(named("newest-rows-default", "name STRING, id SMALLINT, absent DATE").collect().toSeq ==
      Seq(Row("Ada", 1, null), Row("Björn", 2, null), Row("東", 3, null)))
    val narrow = failure(named("newest-rows_widening-default", "n INT"))
    assert(narrow.contains("column 'n'") && narrow.contains("row 1"), narrow)
  }

  test("of a nested struct only the fields that are asked for are read") {
    val frame = named("newest-rows_structs-default", "")
    val column = frame.schema.fieldNames.head
    val y = named("newest-rows_structs-default", s"$column STRUCT<y: DOUBLE, z: STRING>")
    assert(y.collect().toSeq == Seq(Row(Row(2.5, null)), Row(Row(4.0, null)), Row(null)))
    assert(frame.select(s"$column.y").collect().toSeq == Seq(Row(2.5), Row(4.0), Row(null)))
  }

  test("a value beyond the sample says what to do, and a schema does without a sample") {
    val error = failure(named("newest-rows_widening-default", "", "infer-rows" -> "1"))
    assert(error.contains("infer-rows") && error.contains("row 1"), error)
    val asked = named("newest-rows_widening-default", "n DOUBLE", "infer-rows" -> "1")
    assert(asked.collect().toSeq == Seq(Row(1.0), Row(2.5), Row(null)))
  }

  test("the columns of several documents, each of a type that holds all") {
    withDirectory { directory =>
      writeJson(directory, "a", """[{"n":1,"s":"x"},{"n":2}]""")
      writeJson(directory, "b", """[{"n":2.5,"t":true}]""")
      writeJson(directory, "c", """[{"n":null,"s":"z"}]""")
      val all = load(directory, "keys" -> "a,b,c", "merge-schema" -> "true")
      assert(all.schema.map(_.name) == Seq("n", "s", "t"))
      assert(all.select("n", "s", "t").collect().toSet == Set(
        Row(1.0, "x", null), Row(2.0, null, null), Row(2.5, null, true), Row(null, "z", null)))
      writeJson(directory, "d", """[{"n":[1]}]""")
      val mixed = load(directory, "keys" -> "a,b,c,d", "merge-schema" -> "true").select("n")
      assert(mixed.collect().map(_.getString(0)).toSet == Set("1", "2", "2.5", null, "[1]"))
      val error = intercept[UnsupportedEntryException](load(directory, "keys" -> "a,d").collect())
      assert(error.getMessage.contains("column 'n'"), error.getMessage)
      val texts = spark.read.format("envelope").schema("n STRING").option("keys", "a,b,d")
        .load(directory.toString)
      assert(texts.collect().map(_.getString(0)).toSet == Set("1", "2", "2.5", "[1]"))
    }
  }

  test("LIMIT, COUNT(*) and no column at all") {
    val rows = named("newest-rows_many-default", "")
    val count = Kinds.named("newest-rows_many-default").rows.size
    assert(rows.count() == count)
    assert(rows.select().count() == count)
    assert(rows.limit(2).collect().length == 2)
  }

  test("a name that comes twice: in a map the last value counts, in a schema it is refused") {
    withDirectory { directory =>
      writeJson(directory, "twice", """[{"a":1,"a":2}]""")
      assert(load(directory, "key" -> "twice").collect().toSeq == Seq(Row(2L)))
      val twice = new StructType().add("a", "bigint").add("a", "string")
      intercept[Exception](
        spark.read.format("envelope").schema(twice).option("key", "twice")
          .load(directory.toString).collect())
    }
  }

  test("a damaged document is skipped whole, or fails with its place") {
    withDirectory { directory =>
      writeJson(directory, "good", """[{"n":1},{"n":2}]""")
      writeJson(directory, "bad", """[{"n":3},{"n":4},{"n":}]""")
      val error = intercept[CorruptEntryException](load(directory, "keys" -> "good,bad"))
      assert(error.getMessage.contains("corrupt entry 'bad' at byte"), error.getMessage)
      val rest = load(directory, "keys" -> "good,bad", "on-corrupt" -> "skip")
      assert(rest.collect().toSet == Set(Row(1L), Row(2L)))
    }
  }

  test("thousands of small documents, most of which the planner has not seen") {
    val server =
      try RedisServer.start()
      catch { case e: org.opentest4j.TestAbortedException => cancel(e.getMessage) }
    try {
      withDirectory { directory =>
        val value = Files.readAllBytes(writeJson(directory, "k", """{"id":7,"price":1}""")).drop(14)
        val other = Files.readAllBytes(writeJson(directory, "k", """{"id":8}""")).drop(14)
        val jedis = server.connect()
        try {
          for (i <- 0 until 3000)
            jedis.set(s"f:$i".getBytes(UTF_8), if (i % 3 == 1) other else value)
        } finally jedis.close()
        val reader = spark.read.format("envelope").option("url", server.url).option("keys-pattern", "f:*")
        val frame = reader.load()
        val sums = frame.selectExpr("sum(id)", "sum(price)", "count(*)").head()
        assert(sums == Row(2000L * 7 + 1000L * 8, 2000L, 3000L))
        val typed = reader.schema("price DOUBLE, id STRING").load()
        assert(typed.where("id = '8'").count() == 1000)
        assert(typed.selectExpr("sum(price)").head() == Row(2000.0))
      }
    } finally server.close()
  }

  private def failure(frame: DataFrame): String =
    messages(intercept[SparkException](frame.collect()))
}
