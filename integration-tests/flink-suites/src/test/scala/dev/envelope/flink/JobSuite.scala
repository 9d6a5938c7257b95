package dev.envelope.flink

import java.nio.file.Path
import java.util.concurrent.ThreadLocalRandom
import java.util.concurrent.atomic.AtomicInteger

import scala.jdk.CollectionConverters._
import scala.util.Using

import dev.envelope.flink.source.EntryMetadata
import dev.envelope.testing.EntryWriter
import org.apache.flink.api.common.eventtime.WatermarkStrategy
import org.apache.flink.api.common.functions.MapFunction
import org.apache.flink.api.common.typeinfo.Types
import org.apache.flink.configuration.{CheckpointingOptions, Configuration, RestartStrategyOptions}
import org.apache.flink.streaming.api.datastream.DataStream
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink
import org.apache.flink.table.data.RowData
import org.apache.flink.table.functions.ScalarFunction
import org.scalatest.time.{Seconds, Span}

/** Jobs on a MiniCluster: that end, fail, are cancelled, and go on after a failure. */
class JobSuite extends FlinkSuite {
  private val rounds = Integer.getInteger("envelope.rounds", 10)

  private def stream(
      environment: StreamExecutionEnvironment,
      directory: Path,
      options: (String, String)*): DataStream[RowData] =
    environment.fromSource(
      source(Seq("path" -> directory.toString) ++ options: _*).build(),
      WatermarkStrategy.noWatermarks[RowData](),
      "entries")

  private def collected[T](results: DataStream[T]): Seq[T] =
    Using.resource(results.executeAndCollect())(_.asScala.toList)

  /** Small batches, so that checkpoints fall between them and into them. */
  private def manyBatches(directory: Path): Seq[Long] = {
    val writer = new EntryWriter(directory)
    writer.numbers("a", 0, Seq.fill(30)(37): _*)
    writer.numbers("b", 10000, Seq.fill(3)(211): _*)
    (0L until 30 * 37) ++ (10000L until 10000 + 3 * 211)
  }

  for (reuse <- Seq(true, false))
    test(s"a job over a bundled entry, object reuse $reuse") {
      val environment = this.environment()
      if (reuse) environment.getConfig.enableObjectReuse()
      else environment.getConfig.disableObjectReuse()
      val rows = stream(environment, demo, "key" -> Demo.key)
      val types = source("path" -> demo.toString, "key" -> Demo.key).build().rowType()
      assert(
        types.asSummaryString ==
          "ROW<`user_id` BIGINT NOT NULL, `country` STRING NOT NULL, `score` DOUBLE NOT NULL," +
          " `amount` DOUBLE NOT NULL, `ts` TIMESTAMP(6) NOT NULL> NOT NULL")
      val ids = collected(rows.map(new JobSuite.First).returns(Types.LONG))
      assert(ids.size == Demo.rows)
      val whole = collected(stream(this.environment(), demo, "key" -> Demo.key))
      // Kept after the batch: they came over a serializer, as everything that is kept.
      assert(whole.map(_.getLong(0)).sorted == ids.map(_.longValue).sorted)
    }

  test("without object reuse the next operator may keep rows") {
    val environment = this.environment()
    environment.getConfig.disableObjectReuse()
    JobSuite.kept.clear()
    val rows = stream(environment, demo, "key" -> Demo.key).map(new JobSuite.Keep).setParallelism(1)
    val count = collected(rows.returns(Types.LONG)).size
    val ids = JobSuite.kept.asScala.map(_.getLong(0)).toSet
    assert(JobSuite.kept.size == count && ids.size > 1)
    assert(JobSuite.kept.asScala.forall(row => row.isNullAt(1) || row.getString(1).toString != ""))
    JobSuite.kept.clear()
  }

  test("columns and metadata are selected by the builder") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 2)
      val built = source("path" -> directory.toString, "key" -> "a")
        .columns("n")
        .metadata(EntryMetadata.KEY, EntryMetadata.BATCH)
        .build()
      val rows = collected(
        environment().fromSource(built, WatermarkStrategy.noWatermarks[RowData](), "entries"))
      assert(rows.map(r => (r.getLong(0), r.getString(1).toString, r.getInt(2))).sorted ==
        Seq((0L, "a", 0), (1L, "a", 0)))
    }
  }

  test("a job that fails holds nothing") {
    val environment = this.environment()
    val failing =
      stream(environment, demo, "key" -> Demo.key, "file-access" -> "read", "region-linger" -> "0 s")
        .map(new JobSuite.FailAt(100))
        .returns(Types.LONG)
    val error = intercept[Exception](collected(failing))
    assert(messages(error).contains("row 100"), messages(error))
  }

  test("a job that is cancelled anywhere holds nothing") {
    withDirectory { directory =>
      manyBatches(directory)
      for (round <- 1 to rounds) {
        val environment = this.environment()
        stream(
          environment,
          directory,
          "keys" -> "a,b",
          "file-access" -> "read",
          "read-mode" -> "projected",
          "region-linger" -> "0 s")
          .map(new JobSuite.Slow)
          .returns(Types.LONG)
          .sinkTo(new DiscardingSink[java.lang.Long])
        val job = environment.executeAsync(s"cancelled $round")
        Thread.sleep(ThreadLocalRandom.current.nextLong(300))
        job.cancel().get()
        eventually(assert(job.getJobStatus.get().isGloballyTerminalState))
        assertNothingHeld()
      }
    }
  }

  private def restarting(): StreamExecutionEnvironment = {
    val environment = this.environment()
    val configuration = new Configuration
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
    configuration.set(
      RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS,
      Integer.valueOf(100))
    configuration.set(
      RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
      java.time.Duration.ofMillis(5))
    configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, Integer.valueOf(1))
    environment.configure(configuration)
    environment.enableCheckpointing(10)
    environment
  }

  test("every row comes once, wherever the job fails") {
    withDirectory { directory =>
      val all = manyBatches(directory)
      var restarts = 0
      for (round <- 1 to rounds) {
        JobSuite.failures.set(3)
        val rows = stream(restarting(), directory, "keys" -> "a,b", "split" -> "always")
          .map(new JobSuite.FailSometimes)
          .returns(Types.LONG)
        assert(collected(rows).map(_.longValue).sorted == all, s"round $round")
        restarts += 3 - JobSuite.failures.get.max(0)
      }
      assert(restarts >= rounds, "the jobs have hardly failed")
    }
  }

  for ((name, sql, expected) <- Seq(
      ("a filter", "SELECT fail(n) FROM t WHERE MOD(n, 3) = 0", (all: Seq[Long]) =>
        all.filter(_ % 3 == 0)),
      ("a projection", "SELECT fail(n) FROM t WHERE k = 'a'", (all: Seq[Long]) =>
        all.filter(_ < 10000))))
    test(s"every row comes once with $name") {
      withDirectory { directory =>
        val all = manyBatches(directory)
        for (round <- 1 to rounds) {
          JobSuite.failures.set(3)
          assert(numbers(directory, sql) == expected(all), s"round $round")
        }
      }
    }

  test("a limit is kept to when the job fails") {
    withDirectory { directory =>
      val all = manyBatches(directory)
      for (round <- 1 to rounds) {
        JobSuite.failures.set(3)
        val some = numbers(directory, "SELECT fail(n) FROM (SELECT n FROM t LIMIT 700)")
        assert(some.size == 700 && some.distinct.size == 700, s"round $round")
        assert(some.forall(all.toSet))
      }
    }
  }

  private def numbers(directory: Path, sql: String): Seq[Long] = {
    val tables = streamTables(
      "restart-strategy.type" -> "fixed-delay",
      "restart-strategy.fixed-delay.attempts" -> "100",
      "restart-strategy.fixed-delay.delay" -> "5 ms",
      "execution.checkpointing.interval" -> "10 ms")
    tables.createTemporarySystemFunction("fail", classOf[JobSuite.Fail])
    declare(
      tables,
      "t",
      "n BIGINT, k STRING METADATA FROM 'key'",
      "path" -> directory.toString,
      "keys" -> "a,b")
    query(tables, sql).map(_.getField(0).asInstanceOf[Long]).sorted
  }

  test("a task manager dies in the middle of a read") {
    withDirectory { directory =>
      val all = manyBatches(directory)
      val rows = stream(restarting(), directory, "keys" -> "a,b", "split" -> "always")
        .map(new JobSuite.Slow)
        .returns(Types.LONG)
      JobSuite.seen.set(0)
      val results = rows.executeAndCollect()
      try {
        eventually(timeout(Span(20, Seconds)))(assert(JobSuite.seen.get > 300))
        cluster.terminateTaskManager(0).get()
        cluster.startTaskManager()
        assert(results.asScala.map(_.longValue).toList.sorted == all)
      } finally results.close()
    }
  }
}

object JobSuite {
  val kept = new java.util.concurrent.ConcurrentLinkedQueue[RowData]
  val failures = new AtomicInteger
  val seen = new AtomicInteger

  final class First extends MapFunction[RowData, java.lang.Long] {
    override def map(row: RowData): java.lang.Long = row.getLong(0)
  }

  final class Keep extends MapFunction[RowData, java.lang.Long] {
    override def map(row: RowData): java.lang.Long = {
      kept.add(row)
      row.getLong(0)
    }
  }

  final class FailAt(rows: Int) extends MapFunction[RowData, java.lang.Long] {
    private var count = 0
    override def map(row: RowData): java.lang.Long = {
      count += 1
      if (count == rows) throw new IllegalStateException(s"row $rows")
      row.getLong(0)
    }
  }

  final class Slow extends MapFunction[RowData, java.lang.Long] {
    override def map(row: RowData): java.lang.Long = {
      if (seen.incrementAndGet() % 4 == 0) Thread.sleep(1)
      row.getLong(0)
    }
  }

  /** Fails a few times, at any row. */
  private def failSometimes(): Unit = {
    if (ThreadLocalRandom.current.nextInt(10) == 0) Thread.sleep(1)
    if (ThreadLocalRandom.current.nextInt(400) == 0 && failures.getAndDecrement() > 0)
      throw new IllegalStateException("as it was told to")
  }

  final class FailSometimes extends MapFunction[RowData, java.lang.Long] {
    override def map(row: RowData): java.lang.Long = {
      failSometimes()
      row.getLong(0)
    }
  }

  final class Fail extends ScalarFunction {
    def eval(number: java.lang.Long): java.lang.Long = {
      failSometimes()
      number
    }
    override def isDeterministic: Boolean = false
  }
}
