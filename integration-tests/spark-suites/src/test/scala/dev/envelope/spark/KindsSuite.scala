package dev.envelope.spark

import java.nio.file.{Files, Path}

import dev.envelope.{AuthenticationException, EnvelopeException, UnsupportedEntryException}
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.functions.{col, max}

/** Every kind of entry that the Python library writes arrives in Spark as Python reads it. */
class KindsSuite extends SparkSuite {

  /** Runs a body with a file of each master key. */
  private def withKeys[T](body: Map[String, Path] => T): T = withDirectory { directory =>
    val keys = Kinds.written.filter(_.encrypted).map(_.masterKey).distinct
    body(keys.zipWithIndex.map { case (key, i) =>
      key -> Files.write(directory.resolve(s"key-$i"), s"$key\n".getBytes)
    }.toMap)
  }

  private def read(kind: Kind, keys: Map[String, Path], more: (String, String)*): DataFrame = {
    val key =
      if (kind.encrypted) Seq("master-key-secret-file" -> keys(kind.masterKey).toString) else Nil
    load(kind.directory, (Seq("key" -> kind.key) ++ kind.options ++ key ++ more): _*)
  }

  /** Looks at many entries, and says of all of them what is wrong. */
  private def each(kinds: Seq[Kind])(problem: Kind => Option[String]): Unit = {
    assert(kinds.nonEmpty)
    val problems = kinds.flatMap { kind =>
      val found =
        try problem(kind)
        catch { case e: Exception => Some(messages(e)) }
      found.map(text => s"${kind.name}: $text")
    }
    assert(problems.isEmpty, problems.mkString(s"\n${problems.size} of ${kinds.size}:\n", "\n", ""))
  }

  private def differs(what: String, found: Any, expected: Any): Option[String] =
    if (found == expected) None else Some(s"$what $found where $expected is expected")

  test("every entry has the columns, the rows and the values that Python reads") {
    withKeys { keys =>
      withConf("spark.sql.datetime.java8API.enabled" -> "true") {
        val kinds = Kinds.written.filter(_.hasRows)
        assert(kinds.size > 400 && kinds.count(_.encrypted) > 50)
        each(kinds) { kind =>
          val frame = read(kind, keys)
          val rows = frame.collect()
          val expected = kind.rows
          differs("columns", frame.columns.toSeq, kind.columns)
            .orElse(differs("COUNT(*)", frame.count(), expected.size))
            .orElse(differs("rows", rows.length, expected.size))
            .orElse(rows.zip(expected).zipWithIndex.iterator.flatMap { case ((row, spelt), i) =>
              differs(
                s"row $i",
                row.toSeq.map(Kinds.actual),
                Manifest.items(spelt).map(Kinds.expected))
            }.toSeq.headOption)
        }
      }
    }
  }

  test("an entry without rows says why, by name") {
    each(Kinds.written.filterNot(_.hasRows)) { kind =>
      val error = intercept[EnvelopeException](read(kind, Map.empty).collect())
      if (error.getMessage.contains(s"'${kind.key}'")) None else Some(error.getMessage)
    }
  }

  private def label(kind: Kind): String =
    (kind.header("format"), kind.header("original_type")) match {
      case ("arrow", _) => "Arrow"
      case ("orjson", _) => "JSON"
      case (_, "numpy") => "NumPy"
      case (_, "series") => "series"
      case (_, "dataframe") => "dataframe"
      case _ => "MessagePack"
    }

  /** The rows of {@code view = entries}, by the key. */
  private def listed(kinds: Seq[Kind], options: (String, String)*): Map[String, Row] =
    load(
      kinds.head.directory,
      (options ++ Seq("view" -> "entries", "keys" -> kinds.map(_.key).mkString("\n"))): _*)
      .collect()
      .map(row => row.getAs[String]("key") -> row)
      .toMap

  private def isListed(kind: Kind, row: Row): Option[String] =
    differs("kind", row.getAs[String]("kind"), label(kind))
      .orElse(differs("encrypted", row.getAs[Boolean]("encrypted"), kind.encrypted))
      .orElse(differs("rows", row.getAs[Any]("rows"), kind.rows.size))
      .orElse(differs("bytes", row.getAs[Long]("bytes"), Files.size(kind.file) - 14))
      .orElse(differs("problem", row.getAs[String]("problem"), null))

  test("view = entries: kind and rows of each entry, and what cannot be read") {
    val kinds = Kinds.written.filter(kind => !kind.encrypted && !kind.interop)
    val rows = listed(kinds)
    each(kinds) { kind =>
      val row = rows(kind.key)
      if (kind.hasRows) isListed(kind, row)
      else {
        val problem = row.getAs[String]("problem")
        differs("kind", row.getAs[String]("kind"), label(kind))
          .orElse(differs("readable", row.getAs[Boolean]("readable"), false))
          .orElse(if (problem.contains("cannot be read")) None else Some(problem))
      }
    }
    val documents = Kinds.written.filter(kind => !kind.encrypted && kind.interop)
    val found = listed(documents, "format" -> "interop")
    each(documents)(kind => differs("rows", found(kind.key).getAs[Any]("rows"), kind.rows.size))
    // Documents without a header are none of cachekit's frames.
    val unknown = listed(documents)
    each(documents)(kind => differs("readable", unknown(kind.key).getAs[Boolean]("readable"), false))
  }

  test("view = entries: encrypted entries need their key and their name") {
    withKeys { keys =>
      val kinds = Kinds.written.filter(kind => kind.encrypted && !kind.interop)
      val (one, others) = kinds.partition(_.masterKey == kinds.head.masterKey)
      assert(others.nonEmpty)
      val file = "master-key-secret-file" -> keys(kinds.head.masterKey).toString
      def untrusted(row: Row, why: String): Option[String] = {
        val problem = row.getAs[String]("problem")
        differs("encrypted", row.getAs[Boolean]("encrypted"), true)
          .orElse(differs("readable", row.getAs[Boolean]("readable"), false))
          .orElse(if (problem.contains(why)) None else Some(problem))
      }
      val open = listed(kinds, file)
      each(one)(kind => isListed(kind, open(kind.key)))
      each(others)(kind => untrusted(open(kind.key), "by its fingerprint"))
      val closed = listed(kinds)
      each(kinds)(kind => untrusted(closed(kind.key), "no master key was given"))
      // A directory knows no keys, and without its key no entry can be decrypted.
      val names = load(kinds.head.directory, file, "view" -> "entries")
        .collect()
        .map(row => row.getAs[String]("name") -> row)
        .toMap
      each(kinds)(kind => untrusted(names(kind.file.getFileName.toString), "'keys'"))
    }
  }

  test("format = raw: a row with the bytes of the payload") {
    withKeys { keys =>
      each(Kinds.written.filter(kind => !kind.encrypted)) { kind =>
        val options = kind.options.map { case (name, _) => name -> "raw" } :+ ("format" -> "raw")
        val frame = load(kind.directory, (options :+ ("key" -> kind.key)): _*)
        val Seq(row) = frame.collect().toSeq
        differs("columns", frame.columns.toSeq, Seq("value"))
          .orElse(differs("bytes", row.getAs[Array[Byte]](0).toSeq, kind.payload.toSeq))
      }
      each(Kinds.written.filter(kind => kind.encrypted && kind.header("format") == "arrow")) { kind =>
        val Seq(row) = read(kind, keys, "format" -> "raw").collect().toSeq
        val bytes = row.getAs[Array[Byte]](0)
        // A nonce and a tag less; behind its checksum the table is a file.
        differs("length", bytes.length, kind.payload.length - 28)
          .orElse(differs("magic", new String(bytes.slice(8, 14), "ISO-8859-1"), "ARROW1"))
      }
    }
  }

  test("an array is viewed where its file is mapped, and a document decoded") {
    val array = read(Kinds.named("newest-np_int64-auto"), Map.empty)
    assert(array.agg(max(col("value"))).head().getLong(0) == Long.MaxValue)
    val numbers = array.select("value")
    assert(numbers.collect().length == 4)
    assert(ScanNodes.metric(numbers, "envelopeMappedBytes") > 0)
    assert(ScanNodes.metric(numbers, "envelopeCopiedBytes") == 0)
    assert(ScanNodes.metric(numbers, "envelopeDecompressedBytes") == 0)
    // What is packed is unpacked, once for all of a query's tasks.
    val packed = Kinds.named("newest-rows_many-default")
    val document = read(packed, Map.empty, "region-linger" -> "0s")
    assert(document.collect().length == packed.rows.size)
    assert(ScanNodes.metric(document, "envelopeDecompressedBytes") > 0)
  }

  test("several kinds make one table where their columns fit") {
    val kinds =
      Kinds.written.filter(k => k.name.matches("\\w+-rows-.*") && !k.encrypted && !k.interop)
    assert(kinds.size >= 2)
    val frame = load(kinds.head.directory, "keys" -> kinds.map(_.key).mkString("\n"))
    assert(frame.columns.toSeq == kinds.head.columns)
    assert(frame.count() == kinds.map(_.rows.size).sum)
    assert(frame.select("_serializer", "_key").distinct().count() == kinds.size)
    val one = frame.collect().toSeq
    assert(one.take(kinds.head.rows.size).toSet == one.toSet, "the same rows by every serializer")
  }

  test("an entry of another kind is refused with its name, or its problem is skipped") {
    val complex = Kinds.named("newest-np_complex-auto")
    val fine = Kinds.named("newest-np_int64-auto")
    val keys = s"${fine.key}\n${complex.key}"
    val error = intercept[UnsupportedEntryException](load(fine.directory, "keys" -> keys))
    assert(error.getMessage.contains(complex.key) && error.getMessage.contains("complex128"))
    assert(load(fine.directory, "keys" -> keys, "on-corrupt" -> "skip").collect().length == 4)
    val secret = Kinds.named("newest-matrix_document-default-secret")
    for (skip <- Seq("fail", "skip"))
      intercept[AuthenticationException](
        load(secret.directory, "key" -> secret.key, "on-corrupt" -> skip).collect())
  }
}
