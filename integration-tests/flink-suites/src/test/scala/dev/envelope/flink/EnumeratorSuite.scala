package dev.envelope.flink

import java.io.IOException
import java.nio.file.{Files, Path}
import java.time.Duration

import scala.collection.mutable.ArrayBuffer
import scala.jdk.CollectionConverters._

import dev.envelope.flink.source.EnvelopeSource
import dev.envelope.flink.source.enumerator.EnumeratorState
import dev.envelope.flink.source.split.EnvelopeSplit
import dev.envelope.testing.EntryWriter
import org.apache.flink.api.connector.source.SplitEnumerator
import org.apache.flink.connector.testutils.source.reader.TestingSplitEnumeratorContext
import org.apache.flink.table.api.DataTypes

/** An enumerator by itself, of a source that never ends: what it remembers, and what it tells. */
class EnumeratorSuite extends FlinkSuite {

  private def continuous(directory: Path): EnvelopeSource =
    source("path" -> directory.toString, "split" -> "never", "split-size" -> "1")
      .discoveryInterval(Duration.ofSeconds(1))
      .build()

  /** An enumerator with one reader, which asks for splits when a test says so. */
  private final class Run(made: EnvelopeSource, from: Option[EnumeratorState] = None)
      extends AutoCloseable {
    val backlog = new ArrayBuffer[Boolean]
    private val context = new TestingSplitEnumeratorContext[EnvelopeSplit](1) {
      override def setIsProcessingBacklog(value: Boolean): Unit = {
        backlog += value
        ()
      }
    }
    context.registerReader(0, "localhost")
    private val enumerator: SplitEnumerator[EnvelopeSplit, EnumeratorState] =
      from.fold(made.createEnumerator(context))(made.restoreEnumerator(context, _))
    enumerator.start()

    def discover(): Unit = context.triggerAllActions()

    def ask(): Unit = enumerator.handleSplitRequest(0, "localhost")

    def state: EnumeratorState = enumerator.snapshotState(1)

    def assigned: Seq[EnvelopeSplit] =
      Option(context.getSplitAssignments.get(0)).toSeq.flatMap(_.getAssignedSplits.asScala)

    def giveBack(splits: Seq[EnvelopeSplit]): Unit = enumerator.addSplitsBack(splits.asJava, 0)

    override def close(): Unit = enumerator.close()
  }

  private def withRun[T](made: EnvelopeSource, from: Option[EnumeratorState] = None)(
      body: Run => T): T = {
    val run = new Run(made, from)
    try body(run)
    finally run.close()
  }

  /** What a checkpoint makes of a state. */
  private def restored(made: EnvelopeSource, state: EnumeratorState): EnumeratorState = {
    val serializer = made.getEnumeratorCheckpointSerializer
    serializer.deserialize(serializer.getVersion, serializer.serialize(state))
  }

  test("what was there when the job started is backlog, and nothing that comes later") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 3)
      writer.numbers("b", 10, 3)
      val made = continuous(directory)
      withRun(made) { run =>
        assert(run.backlog == Seq(true))
        run.ask()
        assert(run.assigned.isEmpty)
        run.discover()
        assert(run.assigned.size == 1 && run.backlog == Seq(true))
        // A job that fails here has the rest of it still before it.
        withRun(made, Some(restored(made, run.state))) { again =>
          assert(again.backlog == Seq(true))
          again.ask()
          assert(again.assigned.size == 1 && again.backlog == Seq(true, false))
        }
        run.ask()
        assert(run.assigned.size == 2 && run.backlog == Seq(true, false))
        writer.numbers("c", 20, 3)
        writer.numbers("d", 30, 3)
        run.discover()
        assert(run.state.pending.size == 2)
        run.ask()
        run.ask()
        assert(run.assigned.size == 4 && run.backlog == Seq(true, false))
        withRun(made, Some(restored(made, run.state)))(again => assert(again.backlog.isEmpty))
      }
    }
  }

  test("an empty store is no backlog") {
    withDirectory { directory =>
      val made = source("path" -> directory.toString)
        .rowType(DataTypes.ROW(DataTypes.FIELD("n", DataTypes.BIGINT)))
        .discoveryInterval(Duration.ofSeconds(1))
        .build()
      withRun(made) { run =>
        run.ask()
        run.discover()
        assert(run.backlog == Seq(true, false) && run.assigned.isEmpty)
      }
    }
  }

  test("no more is remembered than there is in the store, however often it was written") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("stays", 0, 1)
      val made = continuous(directory)
      withRun(made) { run =>
        run.discover()
        val sizes = for (round <- 1 to 50) yield {
          writer.numbers("stays", round, 1)
          val passing = writer.numbers(s"passing $round", 100 + round, 1)
          run.discover()
          Files.delete(passing)
          run.ask()
          run.ask()
          run.state.seen.size
        }
        assert(sizes.forall(_ <= 2), sizes)
        run.discover()
        assert(run.state.seen.size == 1)
        // Each write of each entry once.
        while (!run.state.pending.isEmpty) run.ask()
        assert(run.assigned.size == 101)
        val bytes = made.getEnumeratorCheckpointSerializer.serialize(run.state).length
        assert(bytes < 100, s"a state of $bytes bytes")
      }
    }
  }

  test("a restored job does not emit again what it has seen") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 3)
      writer.numbers("b", 10, 3)
      val made = continuous(directory)
      withRun(made) { run =>
        run.discover()
        run.ask()
        val state = restored(made, run.state)
        writer.numbers("c", 20, 3)
        withRun(made, Some(state)) { again =>
          again.discover()
          (1 to 5).foreach(_ => again.ask())
          val keys = again.assigned.flatMap(keysOf)
          assert(keys.size == 2 && !keys.contains(keysOf(run.assigned.head).head))
          // Of a reader that fails, by another, with its name.
          again.giveBack(again.assigned.take(1))
          again.ask()
          assert(again.assigned.last.splitId == again.assigned.head.splitId)
          assert(again.assigned.map(_.splitId).distinct.size == 2)
        }
      }
    }
  }

  test("a state of another form, or a damaged one, is refused") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 3)
      val made = continuous(directory)
      val serializer = made.getEnumeratorCheckpointSerializer
      val bytes = withRun(made) { run =>
        run.discover()
        serializer.serialize(run.state)
      }
      val version = intercept[IOException](serializer.deserialize(99, bytes))
      assert(version.getMessage.contains("form 99"), version.getMessage)
      for (length <- bytes.indices)
        intercept[IOException](serializer.deserialize(serializer.getVersion, bytes.take(length)))
      intercept[IOException](serializer.deserialize(serializer.getVersion, bytes :+ 0.toByte))
    }
  }

  private def keysOf(split: EnvelopeSplit): Seq[String] =
    split.task.slices.asScala.map(_.entry.id.name).toSeq
}
