package dev.envelope.flink

import java.nio.file.{Files, Path}

import scala.collection.mutable.ArrayBuffer
import scala.jdk.CollectionConverters._

import dev.envelope.{CorruptEntryException, MissingEntryException}
import dev.envelope.flink.source.split.EnvelopeSplit
import dev.envelope.memory.Allocators
import dev.envelope.testing.EntryWriter
import org.apache.flink.core.io.InputStatus

/** A source reader by itself, stopped and closed wherever Flink may do that. */
class ReaderSuite extends FlinkSuite with Readers {
  private def entries(directory: Path): Seq[Long] = {
    val writer = new EntryWriter(directory)
    writer.numbers("a", 0, 3, 0, 2, 4)
    writer.numbers("b", 100, 5)
    writer.numbers("empty", 0, 0)
    writer.numbers("c", 200, 1, 1, 1)
    (0L until 9) ++ (100L until 105) ++ (200L until 203)
  }

  private val ways = Seq(
    "verified" -> Map("read-mode" -> "verified"),
    "streaming" -> Map("read-mode" -> "streaming", "file-access" -> "read"),
    "projected" -> Map("read-mode" -> "projected", "file-access" -> "read"),
    "mapped" -> Map("file-access" -> "map"),
    "skip" -> Map("on-corrupt" -> "skip", "on-missing" -> "skip"))

  for ((name, way) <- ways)
    test(s"a reader goes on after every row: $name") {
      withDirectory { directory =>
        val all = entries(directory)
        val options = way ++ Map("path" -> directory.toString, "keys" -> "a,b,empty,c")
        val made = source(options.toSeq: _*).build()
        for (tasks <- Seq(1, 8); stop <- 0 to all.size) {
          val assigned = splits(made, tasks)
          val first = open(made, assigned)
          val begin = read(first, stop)
          val state = restored(made, first.snapshotState(1).asScala.toSeq)
          first.close()
          val second = open(made, state)
          val end = read(second)
          second.close()
          assert((begin ++ end).sorted == all, s"stopped after $stop rows")
          assert(begin.size == stop)
        }
      }
    }

  test("a reader goes on twice, in the middle of one batch") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 10)
      val options = Map("path" -> directory.toString)
      val made = source(options.toSeq: _*).build()
      var state = splits(made, 1)
      val seen = new ArrayBuffer[Long]
      while (seen.size < 10) {
        val reader = open(made, state)
        seen ++= read(reader, 3.min(10 - seen.size))
        state = restored(made, reader.snapshotState(1).asScala.toSeq)
        reader.close()
      }
      assert(seen.toSeq == (0L until 10))
    }
  }

  test("a reader that is closed anywhere holds nothing") {
    withDirectory { directory =>
      val all = entries(directory)
      val options =
        Map("path" -> directory.toString, "file-access" -> "read", "region-linger" -> "0 s")
      val made = source(options.toSeq: _*).build()
      for (stop <- 0 to all.size) {
        val reader = open(made, splits(made, 2))
        read(reader, stop)
        // Batches are queued, and one is in the hands of the reader.
        reader.close()
        assert(Allocators.root().getAllocatedMemory == 0, s"closed after $stop rows")
      }
    }
  }

  test("no more than two batches are alive, however many there are") {
    withDirectory { directory =>
      val rows = Array.fill(40)(10000)
      new EntryWriter(directory).numbers("a", 0, rows.toIndexedSeq: _*)
      val options = Map(
        "path" -> directory.toString,
        "file-access" -> "read",
        "read-mode" -> "projected",
        "region-linger" -> "0 s")
      val made = source(options.toSeq: _*).build()
      val reader = open(made, splits(made, 1))
      val output = new Rows(_.getLong(0))
      var most = 0L
      while (output.seen.size < 400000) {
        if (reader.pollNext(output) == InputStatus.NOTHING_AVAILABLE) reader.isAvailable.get()
        if (output.seen.size % 1000 == 1)
          most = most.max(Allocators.root().getAllocatedMemory)
      }
      reader.close()
      // 80,000 bytes a batch, and what is read around it.
      assert(most < 4 * 80000, s"$most bytes were held")
    }
  }

  test("an entry that goes when rows of it were emitted fails, even where it may be left out") {
    withDirectory { directory =>
      val file = new EntryWriter(directory).numbers("a", 0, 3, 3)
      val options = Map(
        "path" -> directory.toString,
        "on-missing" -> "skip",
        "on-corrupt" -> "skip",
        "region-linger" -> "0 s")
      val made = source(options.toSeq: _*).build()
      def left(rows: Int): Seq[EnvelopeSplit] = {
        val reader = open(made, splits(made, 1))
        read(reader, rows)
        val state = restored(made, reader.snapshotState(1).asScala.toSeq)
        reader.close()
        state
      }
      val untouched = left(0)
      val begun = left(4)
      Files.delete(file)
      val skips = open(made, untouched)
      assert(read(skips) == Nil)
      skips.close()
      val fails = open(made, begun)
      val error = intercept[Exception](read(fails))
      assert(causes(error).exists(_.isInstanceOf[MissingEntryException]), messages(error))
      fails.close()
    }
  }

  test("a corrupt entry fails with its key") {
    withDirectory { directory =>
      val file = new EntryWriter(directory).numbers("a", 0, 3, 3)
      val options = Map("path" -> directory.toString, "key" -> "a", "region-linger" -> "0 s")
      val made = source(options.toSeq: _*).build()
      val assigned = splits(made, 1)
      EntryWriter.overwrite(file, Files.size(file) - 600, 1, 2, 3)
      val reader = open(made, assigned)
      val error = intercept[Exception](read(reader))
      val corrupt = causes(error).collectFirst { case e: CorruptEntryException => e }
      assert(corrupt.exists(_.getMessage.contains("'a'")), messages(error))
      reader.close()
    }
  }

  private def causes(error: Throwable): Seq[Throwable] =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).toSeq
}
