package dev.envelope.spark

import java.nio.file.{Files, Path, Paths}

import dev.envelope.{InvalidOptionException, MissingEntryException, StoreException}
import org.apache.spark.sql.Row

/** What users may give, from every place that Spark takes options from. */
class OptionsSuite extends SparkSuite {
  private val demo = entries.resolve("cache-demo")
  private val features = Manifest.entry("features")
  private val users = Manifest.entry("users")
  private val spark4 = !org.apache.spark.SPARK_VERSION.startsWith("3.")

  private def refused(options: (String, String)*): String =
    intercept[InvalidOptionException](load(demo, options: _*)).getMessage

  test("a wrong name is refused with the nearest right one") {
    // Spark hands names over in lower case.
    for ((wrong, right) <- Seq(
        "mergeschema" -> "merge-schema",
        "on-corupt" -> "on-corrupt",
        "file_access" -> "file-access",
        "spilt-size" -> "split-size"))
      assert(refused(wrong -> "x") == s"there is no option '$wrong' (did you mean '$right'?)")
    assert(refused("compression" -> "zstd").contains("the options are path, url, key, keys, key-file"))
  }

  test("a wrong value is refused with what is allowed") {
    val access = refused("file-access" -> "copy")
    assert(access.startsWith("option 'file-access': 'copy'"))
    assert(access.contains("map") && access.contains("read"))
    assert(refused("split-size" -> "0").contains("option 'split-size': '0'"))
    assert(refused("merge-schema" -> "yes").contains("option 'merge-schema': 'yes'"))
    assert(refused("region-linger" -> "5 parsecs").contains("option 'region-linger'"))
  }

  test("options that clash are refused") {
    assert(refused("key" -> "a", "keys" -> "b").contains("'key' and 'keys'"))
    assert(refused("keys" -> "b", "key-file" -> "f").contains("'keys' and 'key-file'"))
  }

  test("names and words are taken in any case") {
    val frame = load(demo, "KEY" -> users.key, "File-Access" -> "READ")
    assert(frame.count() == users.rows)
  }

  test("the path is required, and one") {
    val missing = intercept[InvalidOptionException](spark.read.format("envelope").load())
    assert(missing.getMessage.contains("give option 'path'"))
    val several = intercept[InvalidOptionException](
      spark.read.format("envelope").load(demo.toString, demo.toString))
    assert(several.getMessage.contains("one read takes one directory"))
    val option = spark.read.format("envelope").option("path", demo.toString)
    assert(option.option("key", users.key).load().count() == users.rows)
  }

  test("a path that is not there, or is no directory of this machine") {
    val nowhere = demo.resolveSibling("nowhere")
    val error = intercept[StoreException](load(nowhere))
    assert(error.getMessage == s"there is no directory $nowhere")
    val scheme = intercept[InvalidOptionException](spark.read.format("envelope").load("s3://b/c"))
    assert(scheme.getMessage.contains("'s3://b/c'"))
  }

  test("a relative path counts from where the program runs") {
    val here = Paths.get("").toAbsolutePath
    val relative = here.relativize(demo.toAbsolutePath)
    assert(!relative.isAbsolute)
    assert(load(relative, "key" -> users.key).collect().length == users.rows)
  }

  test("a file URI and one file are paths too") {
    val uri = spark.read.format("envelope").option("key", users.key)
    assert(uri.load(demo.toUri.toString).count() == users.rows)
    assert(load(users.file).count() == users.rows)
  }

  test("keys: one, several, and those in a file, each with its _key") {
    val both = Set(Row(features.key, features.rows), Row(users.key, users.rows))
    def counts(options: (String, String)*) =
      load(demo, (options :+ ("merge-schema" -> "true")): _*)
        .groupBy("_key").count().collect().toSet
    assert(counts("key" -> users.key) == Set(Row(users.key, users.rows)))
    assert(counts("keys" -> s"""["${users.key}", "${features.key}"]""") == both)
    assert(counts("keys" -> s"${users.key},${features.key}") == both)
    withDirectory { directory =>
      val file = directory.resolve("keys.txt")
      Files.write(file, s"${users.key}\n\n  ${features.key}  \n".getBytes)
      assert(counts("key-file" -> file.toString) == both)
    }
    val unknown = intercept[MissingEntryException](load(demo, "key" -> "nobody's"))
    assert(unknown.getMessage.contains("there is no entry 'nobody's'"))
  }

  test("options of the session count, and those of the reader before them") {
    withConf(
      "spark.datasource.envelope.key" -> users.key,
      "spark.datasource.envelope.file-access" -> "read") {
      val frame = load(demo)
      frame.collect()
      assert(ScanNodes.metric(frame, "envelopeCopiedBytes") == users.bytes)
      val own = load(demo, "file-access" -> "map", "key" -> features.key)
      assert(own.collect().length == features.rows)
      assert(ScanNodes.metric(own, "envelopeCopiedBytes") == 0)
    }
    withConf("spark.datasource.envelope.on-mising" -> "skip") {
      assert(refused().contains("did you mean 'on-missing'?"))
    }
  }

  test("CREATE TEMPORARY VIEW … USING envelope") {
    spark.sql(
      s"CREATE TEMPORARY VIEW users USING envelope OPTIONS (path '$demo', key '${users.key}')")
    try {
      val rows = spark.sql("SELECT COUNT(*), MIN(user_id) FROM users").collect()
      assert(rows.toSeq == Seq(Row(users.rows, 1L)))
    } finally spark.sql("DROP VIEW users")
    intact(demo, users, features)
  }

  private def intact(directory: Path, expected: ManifestEntry*): Unit =
    for (entry <- expected)
      assert(Files.readAllBytes(directory.resolve(entry.file.getFileName)).toSeq ==
        Files.readAllBytes(entry.file).toSeq)

  for ((title, clauses) <- Seq[(String, Path => String)](
      "OPTIONS (path …)" -> (path => s"OPTIONS (path '$path', key '${users.key}')"),
      "LOCATION" -> (path => s"OPTIONS (key '${users.key}') LOCATION '$path'")))
    test(s"CREATE TABLE … USING envelope $title, from Spark 4 on; DROP TABLE keeps the files") {
      withCopies("users", "features") { directory =>
        val create = s"CREATE TABLE cached USING envelope ${clauses(directory)}" +
          " TBLPROPERTIES ('team' = 'shop')"
        if (spark4) {
          spark.sql(create)
          try {
            val rows = spark.sql("SELECT COUNT(*), MIN(user_id) FROM cached").collect()
            assert(rows.toSeq == Seq(Row(users.rows, 1L)))
            assert(spark.table("cached").schema == load(users).schema)
            val other = "SELECT COUNT(*) FROM cached WITH ('key' = 'nobody', 'on-missing' = 'skip')"
            assert(spark.sql(other).collect().toSeq == Seq(Row(0L)))
            val wrong = intercept[InvalidOptionException](
              spark.sql("SELECT * FROM cached WITH ('kye' = 'nobody')").collect())
            assert(wrong.getMessage.contains("did you mean 'key'?"))
            val insert = intercept[Exception](spark.sql("INSERT INTO cached TABLE cached"))
            assert(messages(insert).toLowerCase.contains("append"), messages(insert))
            intercept[Exception](spark.sql("TRUNCATE TABLE cached"))
          } finally spark.sql("DROP TABLE cached")
        } else {
          val error = intercept[Exception] {
            spark.sql(create)
            spark.sql("SELECT COUNT(*) FROM cached").collect()
          }
          assert(messages(error).contains("envelope is not a valid Spark SQL Data Source"))
          spark.sql("DROP TABLE IF EXISTS cached")
        }
        intact(directory, users, features)
      }
    }

  test("nothing can be written") {
    withCopies("users") { directory =>
      for (mode <- Seq("append", "overwrite", "error", "ignore")) {
        val error = intercept[Exception] {
          load(users).write.format("envelope").mode(mode).option("key", "new")
            .save(directory.toString)
        }
        assert(messages(error).contains("envelope"), messages(error))
      }
      load(users).createOrReplaceTempView("read_only")
      try intercept[Exception](spark.sql("INSERT INTO read_only TABLE read_only"))
      finally spark.catalog.dropTempView("read_only")
      intact(directory, users)
      assert(directory.toFile.list().length == 1)
    }
  }
}
