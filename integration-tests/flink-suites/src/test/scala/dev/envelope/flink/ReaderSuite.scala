package dev.envelope.flink

import java.nio.file.{Files, Path}

import scala.collection.mutable.ArrayBuffer
import scala.jdk.CollectionConverters._

import dev.envelope.{CorruptEntryException, MissingEntryException}
import dev.envelope.flink.source.EnvelopeSourceBuilder
import dev.envelope.flink.source.split.EnvelopeSplit
import dev.envelope.memory.Allocators
import dev.envelope.testing.EntryWriter
import org.apache.flink.api.common.eventtime.Watermark
import org.apache.flink.api.connector.source.{ReaderOutput, SourceOutput}
import org.apache.flink.configuration.Configuration
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext
import org.apache.flink.core.io.InputStatus
import org.apache.flink.metrics.testutils.MetricListener
import org.apache.flink.runtime.metrics.groups.InternalSourceReaderMetricGroup
import org.apache.flink.table.data.RowData

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

  test("a split that is paused waits, and goes on where it was") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, Seq.fill(20)(3): _*)
      val made = source("path" -> directory.toString).build()
      val reader = open(made, splits(made, 1))
      // Flink keeps to the output of a split that it was given first.
      val output = new Rows(_.getLong(0))
      def poll(until: => Boolean): Unit =
        while (!until)
          if (reader.pollNext(output) == InputStatus.NOTHING_AVAILABLE) Thread.sleep(1)
      poll(output.seen.size == 3)
      reader.pauseOrResumeSplits(java.util.List.of("split-0"), java.util.List.of[String]())
      // What was fetched before still comes.
      val end = System.nanoTime + 500000000L
      poll(System.nanoTime > end)
      assert(output.seen.size <= 9)
      reader.pauseOrResumeSplits(java.util.List.of[String](), java.util.List.of("split-0"))
      poll(output.seen.size == 60)
      assert(output.seen.toSeq == (0L until 60))
      reader.close()
    }
  }

  test("splits are paused one by one, and the last output stays for the next split") {
    withDirectory { directory =>
      val made = threeSplits(directory).discoveryInterval(java.time.Duration.ofHours(1)).build()
      val assigned = splits(made, 2)
      val names = assigned.map(_.splitId)
      val Seq(first, second, third) = names
      val reader = open(made, assigned.take(2))
      val outputs = new ReaderSuite.Outputs
      def poll(until: => Boolean): Unit =
        while (!until)
          if (reader.pollNext(outputs) == InputStatus.NOTHING_AVAILABLE) Thread.sleep(1)
      def rows(output: String): Seq[Long] = outputs.rows.getOrElse(output, Nil)
      def pause(output: String): Unit =
        reader.pauseOrResumeSplits(java.util.List.of(output), java.util.List.of[String]())
      def resume(output: String): Unit =
        reader.pauseOrResumeSplits(java.util.List.of[String](), java.util.List.of(output))

      // After a restart a reader may have several, and Flink's alignment stops some of them.
      poll(rows(first).size == 3)
      pause(first)
      poll(rows(second).size == 60)
      assert(rows(first).size <= 9)
      resume(first)
      poll(rows(first).size == 60)
      // The output of the one that ended first would hold the other's watermark up.
      poll(reader.snapshotState(1).isEmpty)
      assert(outputs.released == Seq(second))

      // The output that is left is paused, and so is the split that takes it over.
      pause(first)
      reader.addSplits(assigned.drop(2).asJava)
      poll(rows(first).size > 60)
      val end = System.nanoTime + 300000000L
      poll(System.nanoTime > end)
      assert(rows(first).size <= 69)
      resume(first)
      poll(rows(first).size == 120)
      assert(outputs.released == Seq(second, third) && rows(third).isEmpty)
      val all = (0L to 2000L by 1000L).map(from => (from until from + 60).toSet)
      assert(rows(first).grouped(60).map(_.toSet).toSet + rows(second).toSet == all.toSet)
      reader.close()
    }
  }

  private def threeSplits(directory: Path): EnvelopeSourceBuilder = {
    val writer = new EntryWriter(directory)
    for (i <- 0 to 2) writer.numbers(s"entry $i", 1000L * i, Seq.fill(20)(3): _*)
    source("path" -> directory.toString, "split" -> "never", "split-size" -> "1")
  }

  test("each split has an output of its own where the source ends") {
    withDirectory { directory =>
      val made = threeSplits(directory).build()
      val assigned = splits(made, 2)
      val reader = open(made, assigned)
      reader.notifyNoMoreSplits()
      val outputs = new ReaderSuite.Outputs
      var status = InputStatus.MORE_AVAILABLE
      while (status != InputStatus.END_OF_INPUT) {
        status = reader.pollNext(outputs)
        if (status == InputStatus.NOTHING_AVAILABLE) reader.isAvailable.get()
      }
      reader.close()
      assert(outputs.released == assigned.map(_.splitId))
      assert(assigned.forall(split => outputs.rows(split.splitId).size == 60))
    }
  }

  test("an entry that is written again when it has begun is left to the next discovery") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 3, 3)
      val made = source("path" -> directory.toString, "region-linger" -> "0 s")
        .discoveryInterval(java.time.Duration.ofSeconds(1))
        .build()
      val first = open(made, splits(made, 1))
      assert(read(first, 2) == Seq(0, 1))
      val state = restored(made, first.snapshotState(1).asScala.toSeq)
      first.close()
      writer.numbers("a", 100, 3, 3)
      val second = open(made, state)
      assert(read(second) == Nil)
      second.close()
      // A job that ends does not show half of it.
      val bounded = source("path" -> directory.toString, "on-missing" -> "skip").build()
      val third = open(bounded, splits(bounded, 1))
      read(third, 2)
      val begun = restored(bounded, third.snapshotState(1).asScala.toSeq)
      third.close()
      writer.numbers("a", 200, 3, 3)
      val fourth = open(bounded, begun)
      val error = intercept[Exception](read(fourth))
      assert(causes(error).exists(_.isInstanceOf[MissingEntryException]), messages(error))
      fourth.close()
    }
  }

  test("metrics tell what was read and what is left") {
    withDirectory { directory =>
      val file = new EntryWriter(directory).numbers("a", 0, 3, 4)
      val listener = new MetricListener
      val made = source("path" -> directory.toString, "file-access" -> "read").build()
      val reader = made.createReader(
        new TestingReaderContext(
          new Configuration,
          InternalSourceReaderMetricGroup.mock(listener.getMetricGroup)))
      def gauge(name: String): Long = listener.getGauge[Long](name).get.getValue
      def own(name: String): Long =
        listener.getGauge[Long]("envelope", name).get.getValue
      reader.start()
      reader.addSplits(splits(made, 1).asJava)
      assert(gauge("pendingBytes") > 0)
      assert(read(reader).size == 7)
      assert(gauge("pendingBytes") == 0)
      assert(own("batches") == 2 && own("rows") == 7 && own("entries") == 1)
      assert(own("copiedBytes") == Files.size(file) - 14)
      assert(own("mappedBytes") == 0 && own("skippedEntries") == 0)
      assert(own("peakBytes") >= own("copiedBytes"))
      reader.close()
    }
  }

  private def causes(error: Throwable): Seq[Throwable] =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).toSeq
}

object ReaderSuite {

  /** The first column of the rows of each output, and which outputs were released. */
  private final class Outputs extends ReaderOutput[RowData] {
    var rows = Map.empty[String, Seq[Long]]
    var released: Seq[String] = Nil

    private final class Output(name: String) extends SourceOutput[RowData] {
      override def collect(row: RowData): Unit =
        rows += name -> (rows.getOrElse(name, Nil) :+ row.getLong(0))
      override def collect(row: RowData, timestamp: Long): Unit = collect(row)
      override def emitWatermark(watermark: Watermark): Unit = ()
      override def markIdle(): Unit = ()
      override def markActive(): Unit = ()
    }

    override def createOutputForSplit(name: String): SourceOutput[RowData] = new Output(name)
    override def releaseOutputForSplit(name: String): Unit = released :+= name
    override def collect(row: RowData): Unit =
      throw new AssertionError("a row without its split")
    override def collect(row: RowData, timestamp: Long): Unit = collect(row)
    override def emitWatermark(watermark: Watermark): Unit = ()
    override def markIdle(): Unit = ()
    override def markActive(): Unit = ()
  }
}
