package dev.envelope.spark

import java.nio.file.Files

/** Of very many small entries most are not opened before their tasks run. */
class ManyEntriesSuite extends SparkSuite {
  private val many = 1100

  test("rows, counts and hidden columns of entries that were not planned one by one") {
    withDirectory { directory =>
      val one = Manifest.entry("one_row")
      val file = one.file
      for (i <- 0 until many) Files.copy(file, directory.resolve("%032x".format(i)))
      val frame = load(directory)
      assert(frame.schema.fields.forall(_.nullable), "nobody has looked for nulls")
      assert(frame.count() == many)
      assert(frame.collect().length == many)
      val hidden = frame.select("_serializer", "_entry_bytes", "_expires_at", "_batch").distinct()
      assert(hidden.count() == 1)
      assert(hidden.head().getString(0) != null)
      assert(frame.limit(3).collect().length == 3)
      // A schema that was inferred while there were few has columns without nulls.
      val strict = org.apache.spark.sql.types.StructType(
        frame.schema.fields.map(_.copy(nullable = false)))
      val wanted = strict.fields.filter(f => load(one).schema(f.name).nullable == false)
      if (wanted.nonEmpty) {
        val narrow = spark.read.format("envelope")
          .schema(org.apache.spark.sql.types.StructType(wanted)).load(directory.toString)
        assert(narrow.collect().length == many)
      }
    }
  }

  test("read modes give the same rows") {
    val features = Manifest.entry("features")
    val expected = load(features).collect().toSeq
    for (mode <- Seq("streaming", "projected")) {
      val frame = load(features, "file-access" -> "read", "read-mode" -> mode)
      assert(frame.collect().toSeq == expected, mode)
      assert(frame.count() == features.rows)
    }
  }
}
