package dev.envelope.spark

import java.nio.file.Files
import java.sql.Timestamp

import org.apache.spark.sql.Row
import org.apache.spark.sql.types._

/** `view = entries`: a row for each entry, whatever is wrong with it. */
class EntriesViewSuite extends SparkSuite {
  private val one = Manifest.entry("key_custom")

  test("the columns are its own, and say what they mean") {
    val frame = load(one, "view" -> "entries")
    assert(frame.schema.map(f => (f.name, f.dataType)) == Seq(
      ("key", StringType),
      ("name", StringType),
      ("bytes", LongType),
      ("expires_at", TimestampType),
      ("serializer", StringType),
      ("encrypted", BooleanType),
      ("kind", StringType),
      ("rows", LongType),
      ("readable", BooleanType),
      ("problem", StringType)))
    assert(frame.schema.forall(_.getComment().isDefined))
    assert(frame.collect().toSeq == Seq(Row(
      one.key,
      one.file.getFileName.toString,
      one.bytes,
      null,
      one.json.get("serializer").asText,
      false,
      "Arrow",
      one.rows,
      true,
      null)))
  }

  test("a whole directory is listed as it is planned, with what is broken in it") {
    withCopies("key_custom", "small_batches", "expires_late") { directory =>
      val broken = directory.resolve("0" * 32)
      Files.write(broken, Array[Byte]('C', 'K', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'C', 'K', 9))
      val frame = load(directory, "view" -> "entries")
      assert(frame.count() == 4)
      val sound = frame.filter("readable").select("name", "rows").collect().toSet
      assert(sound == Seq("key_custom", "small_batches", "expires_late")
        .map(Manifest.entry)
        .map(entry => Row(entry.file.getFileName.toString, entry.rows))
        .toSet)
      val Seq(problem) = frame.filter("not readable").collect().toSeq
      assert(problem.getAs[String]("name") == "0" * 32)
      assert(problem.getAs[Long]("bytes") == 3)
      assert(problem.isNullAt(problem.fieldIndex("rows")))
      assert(problem.getAs[String]("problem").contains("corrupt entry '" + "0" * 32 + "'"))
      val late = frame.filter("expires_at is not null").select("expires_at").collect().toSeq
      assert(late == Seq(Row(new Timestamp(4102444800000L))))
      assert(frame.groupBy("kind").count().collect().toSet ==
        Set(Row("Arrow", 3L), Row(null, 1L)))
    }
  }

  test("an entry that is not there is listed where it was asked for by name") {
    withCopies("key_custom") { directory =>
      val frame = load(directory, "view" -> "entries", "keys" -> s"${one.key}\nmissing")
      assert(frame.select("key", "readable").collect().toSeq ==
        Seq(Row(one.key, true), Row("missing", false)))
      assert(frame.filter("not readable").head().getAs[String]("problem")
        .contains("there is no entry 'missing'"))
    }
  }

  test("keys and names alone open no entry") {
    withCopies("key_custom") { directory =>
      val frame = load(directory, "view" -> "entries").select("name")
      Files.delete(directory.resolve(one.file.getFileName))
      Files.createDirectory(directory.resolve(one.file.getFileName))
      assert(frame.collect().toSeq == Seq(Row(one.file.getFileName.toString)))
    }
  }

  test("there are no hidden columns, and no schema can be given") {
    intercept[Exception](load(one, "view" -> "entries").select("_key"))
    val error = intercept[Exception] {
      spark.read.format("envelope").option("view", "entries").schema("a INT")
        .load(one.file.toString).collect()
    }
    assert(messages(error).contains("give no schema"))
  }
}
