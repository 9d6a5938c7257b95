package dev.envelope.flink

import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.{AtomicBoolean, AtomicLong}

import scala.jdk.CollectionConverters._

import dev.envelope.testing.EntryWriter
import org.apache.flink.api.common.eventtime.WatermarkStrategy
import org.apache.flink.api.common.functions.RichMapFunction
import org.apache.flink.api.common.typeinfo.Types
import org.apache.flink.api.java.functions.KeySelector
import org.apache.flink.configuration.{CheckpointingOptions, Configuration}
import org.apache.flink.runtime.state.{FunctionInitializationContext, FunctionSnapshotContext}
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment
import org.apache.flink.streaming.api.functions.KeyedProcessFunction
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink
import org.apache.flink.table.data.RowData
import org.apache.flink.util.Collector

/** Jobs that never end: their watermarks, and what they make of what was there before them. */
class ContinuousSuite extends FlinkSuite {

  private def made(directory: Path) =
    source("path" -> directory.toString, "split" -> "never", "split-size" -> "1")
      .discoveryInterval(Duration.ofMillis(50))
      .build()

  /** The numbers are the times of the rows. */
  private def times: WatermarkStrategy[RowData] =
    WatermarkStrategy
      .forMonotonousTimestamps[RowData]()
      .withTimestampAssigner((row: RowData, _: Long) => row.getLong(0))

  private def running(environment: StreamExecutionEnvironment)(body: => Unit): Unit = {
    val job = environment.executeAsync()
    try body
    finally {
      job.cancel().get()
      eventually(assert(job.getJobStatus.get().isGloballyTerminalState))
    }
  }

  test("entries that are read in no time make watermarks, and idle readers hold none up") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 10)
      val environment = this.environment()
      environment.getConfig.setAutoWatermarkInterval(200)
      ContinuousSuite.watermark.set(Long.MinValue)
      environment
        .fromSource(made(directory), times.withIdleness(Duration.ofMillis(100)), "entries")
        .setParallelism(2)
        .map(new ContinuousSuite.Number)
        .returns(Types.LONG)
        .keyBy(new ContinuousSuite.One, Types.LONG)
        .process(new ContinuousSuite.Watermarks)
        .setParallelism(1)
        .sinkTo(new DiscardingSink[java.lang.Long])
      running(environment) {
        eventually(assert(ContinuousSuite.watermark.get == 8))
        for (time <- 100 to 1000 by 100) {
          writer.numbers(s"at $time", time, 1)
          eventually(assert(ContinuousSuite.watermark.get == time - 1))
        }
      }
    }
  }

  test("windows of a table that never ends are closed, however small its entries are") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("first", 0, 10)
      // Of two phases the first keeps an idle reader's rows to itself.
      val tables = streamTables("table.optimizer.agg-phase-strategy" -> "ONE_PHASE")
      declare(
        tables,
        "t",
        "n BIGINT, happened AS TO_TIMESTAMP_LTZ(n, 3), WATERMARK FOR happened AS happened",
        "path" -> directory.toString,
        "scan.discovery.interval" -> "50 ms",
        "scan.watermark.idle-timeout" -> "100 ms")
      val windows = new ConcurrentLinkedQueue[(Long, Long)]
      val results = tables
        .executeSql(
          "SELECT COUNT(*), SUM(n) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(happened), " +
            "INTERVAL '1' SECOND)) GROUP BY window_start, window_end")
        .collect()
      val closing = new AtomicBoolean
      val collector = new Thread(() =>
        try
          results.forEachRemaining(row =>
            windows.add(
              (row.getField(0).asInstanceOf[Long], row.getField(1).asInstanceOf[Long])))
        catch {
          // That is how the wait for the next row ends.
          case _: RuntimeException if closing.get => ()
        })
      collector.start()
      try
        for (second <- 1 to 3) {
          writer.numbers(s"at second $second", second * 1000L, 10)
          eventually(assert(windows.size == second))
          assert(windows.asScala.last == ((10L, 45L + 10 * 1000L * (second - 1))))
        }
      finally {
        closing.set(true)
        results.close()
        collector.join()
      }
    }
  }

  test("a reader that is ahead in time waits for the one that is behind") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      // The same times, in two entries that are told apart by a million.
      val batches = Seq.fill(200)(5)
      writer.numbers("slow", 0, batches: _*)
      writer.numbers("fast", 1000000, batches: _*)
      val aligned = highestDrift(
        directory,
        _.withWatermarkAlignment("group", Duration.ofMillis(50), Duration.ofMillis(10)))
      // The test can tell.
      val free = highestDrift(directory, identity)
      assert(free > 600 && aligned < free / 2, s"aligned: $aligned, free: $free")
    }
  }

  private def highestDrift(
      directory: Path,
      strategy: WatermarkStrategy[RowData] => WatermarkStrategy[RowData]): Long = {
    val environment = this.environment()
    environment.getConfig.setAutoWatermarkInterval(5)
    environment.getConfig.enableObjectReuse()
    ContinuousSuite.slow.set(0)
    ContinuousSuite.fast.set(0)
    ContinuousSuite.drift.set(0)
    val shifted = WatermarkStrategy
      .forMonotonousTimestamps[RowData]()
      .withTimestampAssigner((row: RowData, _: Long) => row.getLong(0) % 1000000)
    environment
      .fromSource(made(directory), strategy(shifted), "entries")
      .setParallelism(2)
      .map(new ContinuousSuite.Pace)
      .returns(Types.LONG)
      .setParallelism(2)
      .sinkTo(new DiscardingSink[java.lang.Long])
      .setParallelism(2)
    running(environment)(eventually(assert(ContinuousSuite.fast.get == 999)))
    ContinuousSuite.drift.get
  }

  test("no checkpoint is taken of a backlog where the job says so, and then they are") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, Seq.fill(120)(5): _*)
      writer.numbers("b", 1000, 5)
      val environment = this.environment()
      val configuration = new Configuration
      configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, Integer.valueOf(1))
      configuration.setString("execution.checkpointing.interval-during-backlog", "0 ms")
      environment.configure(configuration)
      environment.enableCheckpointing(10)
      ContinuousSuite.checkpointed.clear()
      ContinuousSuite.rows.set(0)
      environment
        .fromSource(made(directory), WatermarkStrategy.noWatermarks[RowData](), "entries")
        .setParallelism(1)
        .map(new ContinuousSuite.Slow)
        .setParallelism(1)
        .returns(Types.LONG)
        .sinkTo(new DiscardingSink[java.lang.Long])
        .setParallelism(1)
      running(environment) {
        eventually(assert(ContinuousSuite.rows.get == 605))
        eventually(assert(ContinuousSuite.checkpointed.asScala.exists(_ == 605)))
        // The last split of the backlog is given out when the one before it is over. What Flink
        // wanted when tasks began to run, before it heard of the backlog, it takes in any case.
        val within = ContinuousSuite.checkpointed.asScala.filter(r => r >= 300 && r < 600)
        assert(within.isEmpty, s"checkpoints after $within rows")
        writer.numbers("c", 2000, Seq.fill(60)(5): _*)
        eventually(assert(ContinuousSuite.rows.get == 905))
        val later = ContinuousSuite.checkpointed.asScala.filter(r => r > 605 && r < 905)
        assert(later.nonEmpty, "no checkpoint while a new entry was read")
      }
    }
  }
}

object ContinuousSuite {
  val watermark = new AtomicLong
  val rows = new AtomicLong
  val slow = new AtomicLong
  val fast = new AtomicLong
  val drift = new AtomicLong
  val checkpointed = new ConcurrentLinkedQueue[Long]

  final class One extends KeySelector[java.lang.Long, java.lang.Long] {
    override def getKey(number: java.lang.Long): java.lang.Long = 1L
  }

  final class Number extends RichMapFunction[RowData, java.lang.Long] {
    override def map(row: RowData): java.lang.Long = row.getLong(0)
  }

  /** Looks at the watermark every few milliseconds. */
  final class Watermarks extends KeyedProcessFunction[java.lang.Long, java.lang.Long, java.lang.Long] {
    private type Context = KeyedProcessFunction[java.lang.Long, java.lang.Long, java.lang.Long]#Context
    private type Timer =
      KeyedProcessFunction[java.lang.Long, java.lang.Long, java.lang.Long]#OnTimerContext

    override def processElement(
        number: java.lang.Long,
        context: Context,
        out: Collector[java.lang.Long]): Unit = tick(context)

    override def onTimer(time: Long, context: Timer, out: Collector[java.lang.Long]): Unit =
      tick(context)

    private def tick(context: Context): Unit = {
      val timers = context.timerService
      watermark.set(timers.currentWatermark)
      timers.registerProcessingTimeTimer(timers.currentProcessingTime + 10)
    }
  }

  /** Takes one entry four times as long as the other, and sees how far they are apart. */
  final class Pace extends RichMapFunction[RowData, java.lang.Long] {
    override def map(row: RowData): java.lang.Long = {
      val number = row.getLong(0)
      if (number < 1000000) {
        Thread.sleep(4)
        slow.set(number)
      } else {
        Thread.sleep(1)
        fast.set(number - 1000000)
        drift.accumulateAndGet(fast.get - slow.get, math.max(_, _))
      }
      number
    }
  }

  /** Says how many rows had come at each checkpoint. */
  final class Slow extends RichMapFunction[RowData, java.lang.Long] with CheckpointedFunction {
    override def map(row: RowData): java.lang.Long = {
      Thread.sleep(2)
      rows.incrementAndGet()
      row.getLong(0)
    }
    override def snapshotState(context: FunctionSnapshotContext): Unit = {
      checkpointed.add(rows.get)
      ()
    }
    override def initializeState(context: FunctionInitializationContext): Unit = ()
  }
}
