package dev.envelope.spark

import java.io.RandomAccessFile
import java.sql.Timestamp

import org.apache.spark.sql.{AnalysisException, Row}
import org.apache.spark.sql.functions.{col, count, lit}
import org.apache.spark.sql.types._

/** Hidden columns tell which entry a row comes from. */
class MetadataColumnsSuite extends SparkSuite {
  private val small = Manifest.entry("small_batches")
  private val one = Manifest.entry("key_custom")

  test("they are hidden until they are named") {
    assert(!load(one).columns.exists(_.startsWith("_")))
    assert(load(one).select("*").columns.toSeq == Seq("answer"))
  }

  test("they have types of their own") {
    val frame =
      load(one).select("_key", "_entry_bytes", "_serializer", "_expires_at", "_batch")
    assert(frame.schema.map(f => (f.name, f.dataType, f.nullable)) == Seq(
      ("_key", StringType, true),
      ("_entry_bytes", LongType, false),
      ("_serializer", StringType, true),
      ("_expires_at", TimestampType, true),
      ("_batch", IntegerType, false)))
    assert(frame.schema.forall(_.getComment().isDefined))
    assert(frame.collect().toSeq ==
      Seq(Row(one.key, one.bytes, one.json.get("serializer").asText, null, 0)))
  }

  test("the key is known when the user gave it, and null when a directory was listed") {
    withCopies("key_custom", "key_long") { directory =>
      val keys = Seq("key_custom", "key_long").map(Manifest.entry(_).key)
      val named = load(directory, "keys" -> keys.mkString("\n"))
      assert(named.select("_key", "answer").collect().toSet == keys.map(Row(_, 42L)).toSet)
      val listed = load(directory).select("_key").collect()
      assert(listed.toSeq == Seq(Row(null), Row(null)))
    }
  }

  test("the expiry is a timestamp") {
    val frame = load(Manifest.entry("expires_late")).select("_expires_at")
    assert(frame.collect().toSeq == Seq(Row(new Timestamp(4102444800000L))))
  }

  test("an expiry that no timestamp reaches is none") {
    withCopies("key_custom") { directory =>
      val file = new RandomAccessFile(directory.resolve(one.file.getFileName).toFile, "rw")
      for ((expiry, expected) <- Seq(
          -1L -> null,
          Long.MaxValue -> null,
          Long.MaxValue / 1000000 + 1 -> null,
          253402300799L -> new Timestamp(253402300799000L))) {
        file.seek(6)
        file.writeLong(expiry)
        val frame = load(directory, "key" -> one.key).select("_expires_at", "answer")
        assert(frame.collect().toSeq == Seq(Row(expected, 42L)), expiry)
      }
      file.close()
    }
  }

  test("they filter, group and sort, with any columns beside them") {
    val frame = load(small)
    assert(frame.filter("_batch = 1").collect().length == 1)
    assert(frame.filter("_batch = 2 AND id > 10").select("id").collect().toSeq ==
      (11L to 14L).map(Row(_)))
    assert(frame.groupBy("_batch").agg(count(lit(1))).orderBy("_batch").collect().toSeq ==
      Seq(Row(0, 3L), Row(1, 1L), Row(2, 11L)))
    assert(frame.select(col("_batch"), col("id"), col("_key")).orderBy(col("id").desc).head() ==
      Row(2, 14L, small.key))
    assert(frame.select("_batch").distinct().count() == 3)
  }

  test("they take no column of the entry to be read") {
    val frame = load(Manifest.entry("many_batches")).select("_batch", "_entry_bytes")
    assert(frame.collect().length == 100000)
    assert(ScanNodes.metric(frame, "envelopeDecompressedBytes") == 0)
  }

  test("a column of an entry hides the hidden one of its name") {
    withDirectory { directory =>
      Columns.write(directory, "k", "_key" -> Seq(7L), "_BATCH" -> Seq("own"), "n" -> Seq(1L))
      val frame = load(directory, "key" -> "k")
      assert(frame.columns.toSeq == Seq("_key", "_BATCH", "n"))
      assert(frame.select("_key", "n").collect().toSeq == Seq(Row(7L, 1L)))
      assert(frame.select("_batch").collect().toSeq == Seq(Row("own")))
      assert(frame.select("_serializer").collect().toSeq == Seq(Row("arrow")))
      withConf("spark.sql.caseSensitive" -> "true") {
        val both = load(directory, "key" -> "k").select("_BATCH", "_batch", "_key")
        assert(both.collect().toSeq == Seq(Row("own", 0, 7L)))
      }
    }
  }

  test("Spark does not see them through a view") {
    load(one).createOrReplaceTempView("one_row")
    try {
      assert(spark.sql("SELECT answer FROM one_row").collect().toSeq == Seq(Row(42L)))
      intercept[AnalysisException](spark.sql("SELECT _key FROM one_row"))
      load(one).select("*", "_key").createOrReplaceTempView("one_row")
      assert(spark.sql("SELECT _key FROM one_row").collect().toSeq == Seq(Row(one.key)))
    } finally spark.catalog.dropTempView("one_row")
  }
}
