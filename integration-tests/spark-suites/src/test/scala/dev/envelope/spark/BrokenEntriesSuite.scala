package dev.envelope.spark

import java.io.RandomAccessFile
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import dev.envelope.{MissingEntryException, UnsupportedEntryException}
import dev.envelope.CorruptEntryException
import dev.envelope.scan.{EntryPool, ScanMetrics}
import org.apache.spark.SparkException
import org.apache.spark.sql.{DataFrame, Row}

/** Entries that are missing, expired, replaced or damaged fail a query clearly, or are skipped. */
class BrokenEntriesSuite extends SparkSuite {
  private val features = Manifest.entry("features")
  private val expired = Manifest.entry("expired")

  /** Inverts a byte of a file. */
  private def flip(file: Path, offset: Long): Unit = {
    val raw = new RandomAccessFile(file.toFile, "rw")
    try {
      raw.seek(offset)
      val byte = raw.read()
      raw.seek(offset)
      raw.write(byte ^ 0xff)
    } finally raw.close()
  }

  /** Where the checksum stands in the stored value: behind the frame's head and header. */
  private def checksumOffset(file: Path): Long = {
    val raw = new RandomAccessFile(file.toFile, "r")
    try {
      raw.seek(14 + 3)
      7L + raw.readInt()
    } finally raw.close()
  }

  private def failure(frame: DataFrame): String =
    messages(intercept[SparkException](frame.collect()))

  /** Two entries of three numbers each, and the frame of both. */
  private def withTwo(options: (String, String)*)(body: (Path, Path, () => DataFrame) => Unit) =
    withDirectory { directory =>
      val first = Columns.write(directory, "first", "n" -> Seq(1L, 2L, 3L))
      val second = Columns.write(directory, "second", "n" -> Seq(4L, 5L, 6L))
      val all = Seq("keys" -> "first,second") ++ options
      body(first, second, () => load(directory, all: _*))
    }

  private def numbers(frame: DataFrame): Seq[Long] = frame.collect().map(_.getLong(0)).sorted.toSeq

  test("a missing entry fails the query, or is left out") {
    withTwo() { (first, _, frame) =>
      Files.delete(first)
      val error = intercept[MissingEntryException](frame())
      assert(error.getMessage.contains("'first'"))
      assert(error.getMessage.contains(first.getParent.toString))
    }
    withTwo("on-missing" -> "skip") { (first, _, frame) =>
      Files.delete(first)
      val log = LogCapture.of {
        val found = frame()
        assert(numbers(found) == Seq(4, 5, 6))
        eventually(assert(ScanNodes.metric(found, "envelopeSkippedEntries") == 1))
        assert(found.count() == 3)
      }
      assert(log.exists(line => line.startsWith("WARN Skipping entry 'first'")), log)
    }
  }

  test("an expired entry is a missing one when it is named, and no entry when it is not") {
    val error = intercept[MissingEntryException](load(expired))
    assert(error.getMessage.contains(expired.key) && error.getMessage.contains("has expired"))
    withCopies("expired", "key_custom") { directory =>
      assert(load(directory).collect().toSeq == Seq(Row(42L)))
      val keys = s"${expired.key}\n${Manifest.entry("key_custom").key}"
      val rest = load(directory, "keys" -> keys, "on-missing" -> "skip")
      assert(rest.collect().toSeq == Seq(Row(42L)))
    }
  }

  test("a flipped byte fails the query with the key and the place") {
    withCopies("features") { directory =>
      val file = directory.resolve(features.file.getFileName)
      flip(file, Files.size(file) / 2)
      for (access <- Seq("map", "read")) {
        val error = failure(load(directory, "key" -> features.key, "file-access" -> access))
        assert(error.contains(classOf[CorruptEntryException].getName))
        val place = s"corrupt entry '${features.key}' at byte ${checksumOffset(file)}"
        assert(error.contains(place), error)
      }
    }
  }

  test("a corrupt entry is left out whole, counted and logged") {
    withTwo("on-corrupt" -> "skip") { (_, second, frame) =>
      flip(second, Files.size(second) / 2)
      val log = LogCapture.of {
        val found = frame()
        assert(numbers(found) == Seq(1, 2, 3))
        assert(ScanNodes.metric(found, "envelopeSkippedEntries") == 1)
        assert(ScanNodes.metric(found, "envelopeEntries") == 1)
        assert(found.count() == 3, "counted, not looked up")
      }
      assert(log.exists(line =>
        line.startsWith("WARN Skipping entry 'second': corrupt entry")), log)
    }
  }

  test("a limit is filled from the entries that are left") {
    withTwo("on-corrupt" -> "skip") { (first, _, frame) =>
      flip(first, Files.size(first) / 2)
      assert(numbers(frame().limit(3)) == Seq(4, 5, 6))
    }
    withTwo("on-missing" -> "skip") { (first, _, frame) =>
      val planned = frame().limit(3)
      planned.queryExecution.executedPlan
      Files.delete(first)
      assert(numbers(planned) == Seq(4, 5, 6))
    }
  }

  test("an entry with one corrupt batch is left out whole, however many tasks there are") {
    withDirectory { directory =>
      val fields = Seq(EntryWriter.field("s", EntryWriter.utf8))
      val file = EntryWriter.write(directory, "k", fields, 4) { (root, batch) =>
        Columns.fill(root, Seq(Seq.fill(100)(s"needle$batch")))
      }
      val bytes = new String(Files.readAllBytes(file), "ISO-8859-1")
      // The last offset of the third batch stands before its data, and is padded to 8 bytes.
      val offset = bytes.indexOf("needle2") - 8
      val raw = new RandomAccessFile(file.toFile, "rw")
      raw.seek(offset)
      raw.write(Array[Byte](0, 0, 0, 0x70))
      raw.close()
      val options = Seq("key" -> "k", "split-size" -> "1", "integrity" -> "skip")
      val error = failure(load(directory, options: _*))
      assert(error.contains("corrupt entry 'k' at byte"), error)
      val skipped = load(directory, (options :+ ("on-corrupt" -> "skip")): _*)
      assert(skipped.collect().toSeq == Nil)
    }
  }

  test("integrity = skip reads altered values as they are") {
    withDirectory { directory =>
      val file = Columns.write(directory, "k", "n" -> Seq(0x1122334455667788L, 2L))
      val bytes = new String(Files.readAllBytes(file), "ISO-8859-1")
      val number = Seq(0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11).map(_.toChar).mkString
      flip(file, bytes.indexOf(number).toLong)
      for (access <- Seq("map", "read")) {
        val frame =
          load(directory, "key" -> "k", "integrity" -> "skip", "file-access" -> access)
        assert(numbers(frame) == Seq(2L, 0x1122334455667777L))
        assert(failure(load(directory, "key" -> "k", "file-access" -> access)).contains("'k'"))
      }
    }
  }

  test("an entry that vanishes between plan and task fails the query, or is left out") {
    for (policy <- Seq("fail", "skip")) {
      withTwo("on-missing" -> policy) { (first, _, frame) =>
        val planned = frame()
        planned.queryExecution.executedPlan
        Files.delete(first)
        if (policy == "fail") {
          val error = failure(planned)
          assert(error.contains(classOf[MissingEntryException].getName))
          assert(error.contains("there is no entry 'first'"))
        } else {
          assert(numbers(planned) == Seq(4, 5, 6))
          assert(ScanNodes.metric(planned, "envelopeSkippedEntries") == 1)
        }
      }
    }
  }

  test("an entry that is replaced between plan and task is not mixed in") {
    for (policy <- Seq("fail", "skip")) {
      withTwo("on-missing" -> policy) { (first, _, frame) =>
        val planned = frame()
        planned.queryExecution.executedPlan
        Columns.write(first.getParent, "first", "n" -> Seq(7L, 8L, 9L))
        if (policy == "fail") {
          assert(failure(planned).contains("entry 'first' was replaced since the query"))
          assert(numbers(frame()) == Seq(4, 5, 6, 7, 8, 9))
        } else {
          assert(numbers(planned) == Seq(4, 5, 6))
        }
      }
    }
  }

  test("columns that changed since the table was loaded are noticed") {
    withDirectory { directory =>
      Columns.write(directory, "k", "n" -> Seq(1L), "s" -> Seq("x"))
      val frame = load(directory, "key" -> "k")
      Columns.write(directory, "k", "n" -> Seq(2L, null), "s" -> Seq("y", "z"))
      val nulls = intercept[UnsupportedEntryException](frame.select("n").collect()).getMessage
      assert(nulls.contains("column 'n'") && nulls.contains("load the entries again"))
      assert(frame.select("s").collect().toSeq == Seq(Row("y"), Row("z")))
      Columns.write(directory, "k", "n" -> Seq("text"), "s" -> Seq("y"))
      val types = intercept[UnsupportedEntryException](frame.select("n").collect()).getMessage
      assert(types.contains("column 'n' is string") && types.contains("bigint"))
    }
  }

  test("what is no table is refused by name, or left out") {
    withCopies("key_custom", "duplicate_names") { directory =>
      val none = Manifest.entry("duplicate_names").file.getFileName
      val error = intercept[UnsupportedEntryException](load(directory)).getMessage
      assert(error.contains(s"entry '$none'") && error.contains("on-corrupt = skip"), error)
      val log = LogCapture.of {
        assert(load(directory, "on-corrupt" -> "skip").collect().toSeq == Seq(Row(42L)))
      }
      assert(log.exists(_.contains(s"Skipping entry '$none'")), log)
    }
  }

  test("a file that is no entry at all is corrupt; names of other files are not looked at") {
    withCopies("key_custom") { directory =>
      Files.write(directory.resolve("notes.txt"), "not an entry".getBytes(UTF_8))
      Files.write(directory.resolve(".0123.tmp"), Array.emptyByteArray)
      assert(load(directory).collect().toSeq == Seq(Row(42L)))
      for (content <- Seq("", "CK", "{}", "x" * 100)) {
        Files.write(directory.resolve("0" * 32), content.getBytes(UTF_8))
        val error = intercept[CorruptEntryException](load(directory)).getMessage
        assert(error.contains(s"corrupt entry '${"0" * 32}'"))
        assert(load(directory, "on-corrupt" -> "skip").collect().toSeq == Seq(Row(42L)))
      }
    }
  }

  test("a file that is cut off is corrupt") {
    withCopies("features") { directory =>
      val file = directory.resolve(features.file.getFileName)
      val whole = Files.readAllBytes(file)
      for (length <- Seq(0, 13, 14, 20, 100, 150, whole.length / 2, whole.length - 1)) {
        Files.write(file, whole.take(length))
        val error = intercept[CorruptEntryException](load(directory, "key" -> features.key))
        assert(error.getMessage.contains(s"corrupt entry '${features.key}'"), length)
      }
    }
  }

  test("a checksum is verified once for all queries of a JVM") {
    EntryPool.ofThisJvm().clear()
    withCopies("features") { directory =>
      val metrics = ScanMetrics.ofThisJvm()
      def query(): Long = {
        val before = metrics.checksumNanos()
        val frame = load(directory, "key" -> features.key)
        assert(frame.collect().length == features.rows)
        val spent = metrics.checksumNanos() - before
        assert(ScanNodes.metric(frame, "envelopeChecksumTime") == spent)
        spent
      }
      assert(query() > 0)
      assert(query() == 0)
      // A write that leaves the version alone is noticed by the file's time.
      val file = directory.resolve(features.file.getFileName)
      flip(file, Files.size(file) / 2)
      assert(failure(load(directory, "key" -> features.key)).contains("corrupt entry"))
    }
  }

  test("an entry that was read lingers, and the next query copies nothing") {
    val options = Seq("file-access" -> "read", "region-linger" -> "1min")
    def copied(more: (String, String)*): Long = {
      val frame = load(features, (options ++ more): _*)
      assert(frame.collect().length == features.rows)
      // The task gives the region back after its last row.
      eventually(assert(mappedEntries() == Nil))
      ScanNodes.metric(frame, "envelopeCopiedBytes")
    }
    assert(copied() == features.bytes)
    assert(copied() == 0)
    EntryPool.ofThisJvm().clear()
    assert(copied("region-linger" -> "0s") == features.bytes)
    assert(copied("region-linger" -> "0s") == features.bytes)
  }

  test("what does not fit into the memory limit fails at once and says so") {
    val frame = load(features, "file-access" -> "read", "memory-limit" -> "64k")
    val error = failure(frame)
    assert(error.contains(features.key) && error.contains("memory-limit"), error)
    assert(load(features, "memory-limit" -> "64k").collect().length == features.rows)
    assert(load(features, "file-access" -> "read").collect().length == features.rows)
  }
}
