package dev.envelope.flink

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import dev.envelope.{MissingEntryException, StoreException}
import dev.envelope.testing.EntryWriter
import dev.envelope.testing.redis.{Direction, FaultProxy, RedisServer}
import org.apache.flink.api.common.eventtime.WatermarkStrategy
import org.apache.flink.api.common.typeinfo.Types
import org.apache.flink.configuration.{Configuration, RestartStrategyOptions}
import org.apache.flink.table.data.RowData
import org.scalatest.BeforeAndAfterAll

/** The entries of a real Redis in Flink, and servers that fail in the middle. */
class RedisSuite extends FlinkSuite with BeforeAndAfterAll {
  private val header = 14
  private val secret = "s3cr3t-of-the-suite"
  private lazy val server = RedisServer.start()

  /** Cancels the suite where no server can be run. */
  override def beforeAll(): Unit = {
    super.beforeAll()
    val started =
      try {
        server
        None
      } catch { case e: org.opentest4j.TestAbortedException => Some(e.getMessage) }
    started.foreach(reason => cancel(reason))
  }

  override def afterAll(): Unit =
    try server.close()
    finally super.afterAll()

  private def store(key: String, file: Path): Unit =
    Using.resource(server.connect())(
      _.set(key.getBytes(UTF_8), Files.readAllBytes(file).drop(header)))

  private def numbers(key: String, first: Long, rows: Int*): Unit =
    withDirectory(directory => store(key, new EntryWriter(directory).numbers(key, first, rows: _*)))

  private def job(restarts: Int, options: (String, String)*): Seq[Long] = {
    val environment = this.environment()
    val configuration = new Configuration
    configuration.set(
      RestartStrategyOptions.RESTART_STRATEGY,
      if (restarts > 0) "fixed-delay" else "none")
    configuration.set(
      RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS,
      Integer.valueOf(restarts))
    configuration.set(
      RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY,
      java.time.Duration.ofMillis(20))
    environment.configure(configuration)
    environment.enableCheckpointing(20)
    val rows = environment.fromSource(
      source(options: _*).build(),
      WatermarkStrategy.noWatermarks[RowData](),
      "entries")
    val ids = rows.map(new JobSuite.First).returns(Types.LONG)
    Using.resource(ids.executeAndCollect())(_.asScala.map(_.longValue).toList.sorted)
  }

  private def causes(error: Throwable): Seq[Throwable] =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).toSeq

  test("keys by a pattern, as SQL") {
    numbers("flink:one", 0, 2, 3)
    numbers("flink:two", 10, 4)
    val tables = batchTables()
    declare(
      tables,
      "t",
      "n BIGINT, k STRING METADATA FROM 'key'",
      "url" -> server.url,
      "keys.pattern" -> "flink:*")
    val rows = query(tables, "SELECT k, COUNT(*), SUM(n) FROM t GROUP BY k")
    assert(rows.map(_.toString).toSet == Set("+I[flink:one, 5, 10]", "+I[flink:two, 4, 46]"))
    assert(query(tables, "SELECT COUNT(*) FROM t").map(_.getField(0)) == Seq(9L))
  }

  for (mode <- Seq("verified", "streaming", "projected"))
    test(s"all rows of a pull: $mode") {
      numbers("pulled", 0, Seq.fill(20)(5000): _*)
      assert(job(0, "url" -> server.url, "key" -> "pulled", "read-mode" -> mode) ==
        (0L until 100000))
    }

  test("connections that are cut in the middle are made again, or the job is") {
    numbers("cut", 0, Seq.fill(20)(5000): _*)
    val proxy = FaultProxy.before(server.port)
    try {
      for (bytes <- Seq(100L, 5000L, 100000L, 400000L)) {
        proxy.cutEach(Direction.TO_CLIENT, bytes)
        val cut = scala.util.Try(
          job(0, "url" -> proxy.url, "key" -> "cut", "region-linger" -> "0 s"))
        cut.failed.foreach { error =>
          assert(causes(error).exists(_.isInstanceOf[StoreException]), messages(error))
        }
        cut.foreach(rows => assert(rows == (0L until 100000)))
        assertNothingHeld()
        proxy.heal()
        proxy.cutNext(Direction.TO_CLIENT, bytes)
        assert(
          job(5, "url" -> proxy.url, "key" -> "cut", "region-linger" -> "0 s") ==
            (0L until 100000))
        proxy.heal()
      }
    } finally proxy.close()
  }

  test("a dead server is a clear error, without its password") {
    val tables = batchTables()
    val dead = s"redis://:$secret@127.0.0.1:1"
    declare(tables, "t", "n BIGINT", "url" -> dead, "key" -> "k")
    val error = intercept[Exception](query(tables, "SELECT n FROM t"))
    assert(causes(error).exists(_.isInstanceOf[StoreException]), messages(error))
    assert(messages(error).contains("127.0.0.1:1"), messages(error))
    assert(!messages(error).contains(secret))
    assert(!tables.explainSql("SELECT 1").contains(secret))
  }

  test("a wrong option is a clear error, without the password in another one") {
    for (wrong <- Seq("read-mode" -> "fast", "pth" -> "x")) {
      val tables = batchTables()
      declare(tables, "t", "n BIGINT", "url" -> s"redis://:$secret@127.0.0.1:1", "key" -> "k", wrong)
      val error = intercept[Exception](query(tables, "SELECT n FROM t"))
      assert(messages(error).contains(wrong._1), messages(error))
      assert(!messages(error).contains(secret), messages(error))
    }
  }

  test("a missing key is an error with its name") {
    val error = intercept[Exception](job(0, "url" -> server.url, "key" -> "nobody"))
    assert(causes(error).exists(_.isInstanceOf[MissingEntryException]), messages(error))
    assert(messages(error).contains("nobody"))
  }

  test("a table that never ends lives through a server that is away for a while") {
    numbers("live:a", 0, 2)
    val proxy = FaultProxy.before(server.port)
    try {
      val tables = streamTables(
        "restart-strategy.type" -> "fixed-delay",
        "restart-strategy.fixed-delay.attempts" -> "100",
        "restart-strategy.fixed-delay.delay" -> "20 ms",
        "execution.checkpointing.interval" -> "20 ms")
      declare(
        tables,
        "t",
        "n BIGINT",
        "url" -> proxy.url,
        "keys-pattern" -> "live:*",
        "redis-connect-timeout" -> "1 s",
        "scan.discovery.interval" -> "50 ms")
      val rows = tables.executeSql("SELECT n FROM t").collect()
      try {
        def next(count: Int): Seq[Long] =
          (1 to count).map(_ => rows.next().getField(0).asInstanceOf[Long]).sorted
        assert(next(2) == Seq(0, 1))
        proxy.refuse()
        proxy.cutAll()
        Thread.sleep(500)
        proxy.accept()
        numbers("live:b", 10, 3)
        assert(next(3) == Seq(10, 11, 12))
        // Written again under the same key.
        numbers("live:a", 20, 1)
        assert(next(1) == Seq(20))
      } finally rows.close()
    } finally proxy.close()
  }

  private def subscriptions: Long = Using.resource(server.connect())(_.pubsubNumPat)

  test("a write is found at once where the server tells of it, and only if that is wanted") {
    Using.resource(server.connect())(_.configSet("notify-keyspace-events", "KEA"))
    try {
      numbers("told:a", 0, 2)
      for (listens <- Seq(true, false)) {
        val tables = streamTables()
        declare(
          tables,
          "t",
          "n BIGINT",
          "url" -> server.url,
          "keys-pattern" -> "told:*",
          "scan.discovery.interval" -> (if (listens) "1 h" else "50 ms"),
          "scan.discovery.notifications" -> listens.toString)
        val rows = tables.executeSql("SELECT n FROM t WHERE n < 100").collect()
        try {
          def next(count: Int): Seq[Long] =
            (1 to count).map(_ => rows.next().getField(0).asInstanceOf[Long]).sorted
          assert(next(2) == Seq(0, 1))
          eventually(assert(subscriptions == (if (listens) 1 else 0)))
          numbers("told:b", 10, 3)
          assert(next(3) == Seq(10, 11, 12))
          // Written again under the same key; what is not asked for is not told of.
          numbers("untold:a", 50, 1)
          numbers("told:a", 20, 1)
          assert(next(1) == Seq(20))
          // Many at once: some of the hints are of what one listing finds.
          for (i <- 0 until 10) numbers(s"told:c$i", 30 + i, 1)
          assert(next(10) == (30L until 40))
        } finally rows.close()
        eventually(assert(subscriptions == 0))
        Using.resource(server.connect())(
          _.del((Seq("told:b", "untold:a") ++ (0 until 10).map(i => s"told:c$i")): _*))
        numbers("told:a", 0, 2)
      }
    } finally Using.resource(server.connect())(_.configSet("notify-keyspace-events", ""))
  }
}
