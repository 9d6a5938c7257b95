package dev.envelope.spark

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.concurrent.ConcurrentLinkedQueue

import scala.util.{Failure, Success, Try}

import dev.envelope.{InvalidOptionException, MissingEntryException, StoreException}
import dev.envelope.UnsupportedEntryException
import dev.envelope.shaded.arrow.vector.BigIntVector
import dev.envelope.testing.redis.{Direction, FaultProxy, RedisServer}
import org.apache.spark.scheduler.{SparkListener, SparkListenerEvent, SparkListenerTaskEnd, SparkListenerTaskStart}
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionStart
import org.apache.spark.sql.functions.{col, sum}
import org.scalatest.BeforeAndAfterAll

/** The entries of a real Redis, as users of Spark ask for them. */
class RedisSuite extends SparkSuite with BeforeAndAfterAll {
  private val header = 14
  private val secret = "s3cr3t-of-the-suite"
  private val users = Manifest.entry("users")
  private val features = Manifest.entry("features")
  private lazy val server = RedisServer.start()
  private lazy val guarded = RedisServer.`with`().password(secret).start()

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
    try {
      server.close()
      guarded.close()
    } finally super.afterAll()

  private def value(entry: ManifestEntry): Array[Byte] = Files.readAllBytes(entry.file).drop(header)

  private def store(pairs: (String, Array[Byte])*): Unit = storeIn(server, pairs: _*)

  private def storeIn(where: RedisServer, pairs: (String, Array[Byte])*): Unit = {
    val redis = where.connect()
    try pairs.foreach { case (key, bytes) => redis.set(key.getBytes(UTF_8), bytes) }
    finally redis.close()
  }

  private def redis(options: (String, String)*): DataFrame = redisAt(server.url, options: _*)

  private def redisAt(url: String, options: (String, String)*): DataFrame =
    spark.read.format("envelope").option("url", url).options(options.toMap).load()

  /** A value that can be compared: arrays by what is in them, and a NaN with itself. */
  private def plain(value: Any): Any = value match {
    case row: Row => row.toSeq.map(plain)
    case bytes: Array[Byte] => bytes.toSeq
    case several: scala.collection.Map[_, _] =>
      several.toSeq.map { case (key, item) => (plain(key), plain(item)) }
    case several: Iterable[_] => several.toSeq.map(plain)
    case float: Float => java.lang.Float.floatToIntBits(float)
    case double: Double => java.lang.Double.doubleToLongBits(double)
    case other => other
  }

  test("every bundled entry is the same table as from a file") {
    val all = Manifest.entries.filter(entry => entry.kind == "arrow" && entry.key.nonEmpty)
    assert(all.size > 40)
    store(all.map(entry => entry.key -> value(entry)): _*)
    for (entry <- all; mode <- Seq("verified", "streaming", "projected")) {
      // Some hold columns that cannot be read, and say so in either store.
      def read(frame: => DataFrame): Try[(Any, Seq[Row])] =
        Try(frame).flatMap(f => Try((f.schema, f.collect().toSeq)))
      (read(load(entry)), read(redis("key" -> entry.key, "read-mode" -> mode))) match {
        case (Success(file), Success(stored)) =>
          assert(stored._1 == file._1, entry.name)
          assert(stored._2.map(plain) == file._2.map(plain), s"${entry.name}, $mode")
        case (Failure(file), Failure(stored)) =>
          assert(messages(stored) == messages(file), s"${entry.name}, $mode")
        case (file, stored) => fail(s"${entry.name}, $mode: $file, but $stored")
      }
    }
  }

  test("by namespace, function and tenant; keys are shown without the tenant's prefix") {
    val arguments = "0" * 64
    val keys = Seq("a", "b").map(f => s"ns:shop:func:mod.$f:args:$arguments:1s")
    store(keys.map(key => s"t:default:$key" -> value(users)): _*)
    store(s"t:default:${keys.head}:lock" -> "1".getBytes(UTF_8))
    def found(options: (String, String)*) =
      redis(options: _*).select("_key").distinct().collect().map(_.getString(0)).toSet
    assert(found("tenant" -> "default", "namespace" -> "shop") == keys.toSet)
    assert(found("tenant" -> "default", "namespace" -> "shop", "function" -> "mod.a") ==
      Set(keys.head))
    assert(found("keys-pattern" -> "t:default:ns:shop:*") == keys.map("t:default:" + _).toSet)
    assert(found("key" -> s"t:default:${keys.head}") == Set(s"t:default:${keys.head}"))
  }

  test("SQL: a temporary view, a join of two entries, a count from metadata") {
    store("users" -> value(users), "features" -> value(features))
    for (name <- Seq("users", "features"))
      spark.sql(s"CREATE OR REPLACE TEMPORARY VIEW r_$name USING envelope" +
        s" OPTIONS (url '${server.url}', key '$name')")
    val query = "SELECT COUNT(*), SUM(f.user_id) FROM %1$sfeatures f JOIN %1$susers u USING (user_id)"
    load(users).createOrReplaceTempView("f_users")
    load(features).createOrReplaceTempView("f_features")
    assert(spark.sql(query.format("r_")).collect().toSeq ==
      spark.sql(query.format("f_")).collect().toSeq)
    assert(spark.sql("SELECT COUNT(*) FROM r_users").collect().toSeq == Seq(Row(users.rows)))
    val plan = spark.sql("SELECT COUNT(*) FROM r_users").queryExecution.executedPlan.toString
    assert(plan.contains("LocalTableScan"), plan)
  }

  test("what Spark computes on is what was pulled, once for all tasks, and kept for the next") {
    val rows = 500000
    withDirectory { directory =>
      val file = large(directory, rows)
      store("large" -> Files.readAllBytes(file).drop(header))
      val size = Files.size(file) - header
      val frame = redis("key" -> "large", "split" -> "always", "split-size" -> "1m")
      assert(ScanNodes.tasks(frame) > 2)
      val sums = frame.agg(sum("n"))
      assert(sums.collect().toSeq == Seq(Row(rows.toLong * (rows - 1) / 2)))
      assert(ScanNodes.metric(sums, "envelopeCopiedBytes") == size)
      val again = redis("key" -> "large").agg(sum("n"))
      assert(again.collect().toSeq == sums.collect().toSeq)
      assert(ScanNodes.metric(again, "envelopeCopiedBytes") == 0)
    }
  }

  /** Ten batches. */
  private def large(directory: Path, rows: Int): Path =
    EntryWriter.write(directory, "large", Seq(EntryWriter.field("n", EntryWriter.int64)), 10) {
      (root, batch) =>
        val numbers = root.getVector(0).asInstanceOf[BigIntVector]
        numbers.allocateNew(rows / 10)
        (0 until rows / 10).foreach(row => numbers.set(row, batch.toLong * (rows / 10) + row))
        root.setRowCount(rows / 10)
    }

  test("LIMIT, a cached DataFrame, a broadcast join and a failing query give everything back") {
    store("users" -> value(users), "features" -> value(features))
    for (mode <- Seq("verified", "streaming", "projected")) {
      val f = redis("key" -> "features", "read-mode" -> mode)
      val u = redis("key" -> "users", "read-mode" -> mode)
      assert(f.limit(3).collect().length == 3)
      assertNothingHeld()
      val cached = u.cache()
      try assert(cached.count() == users.rows && cached.collect().length == users.rows)
      finally cached.unpersist(true)
      assertNothingHeld()
      val joined = f.join(org.apache.spark.sql.functions.broadcast(u), "user_id")
      assert(joined.collect().length ==
        load(features).join(load(users), "user_id").collect().length)
      assertNothingHeld()
      val failing = org.apache.spark.sql.functions.udf { (_: Long) =>
        if (true) throw new IllegalStateException("on purpose")
        1L
      }
      intercept[Exception](f.select(failing(col("user_id"))).collect())
      assertNothingHeld()
    }
  }

  test("mistakes are told in words") {
    store("users" -> value(users))
    val jedis = server.connect()
    try jedis.lpush("a-list", "x")
    finally jedis.close()
    def told(url: String, options: (String, String)*): String =
      messages(intercept[Exception](redisAt(url, options: _*).collect()))
    assert(told(server.url).contains("which entries"))
    assert(told(server.url, "key" -> "nobody's").contains("there is no entry 'nobody's'"))
    assert(told(server.url, "key" -> "a-list").contains("list"))
    assert(told("redis://127.0.0.1:1", "key" -> "users").contains("127.0.0.1:1"))
    assert(told("rediz://127.0.0.1:1", "key" -> "users").contains("redis://"))
    assert(told(server.url, "key" -> "users", "file-access" -> "map").contains("file-access"))
    assert(told(server.url, "key" -> "users", "path" -> "/tmp").contains("'path' and 'url'"))
    intercept[InvalidOptionException](redis("key" -> "users", "redis-windw" -> "3"))
    intercept[MissingEntryException](redis("key" -> "nobody's"))
    intercept[UnsupportedEntryException](redis("key" -> "a-list"))
    intercept[StoreException](redisAt("redis://127.0.0.1:1", "key" -> "users"))
    assert(redis("keys" -> "users,nobody's", "on-missing" -> "skip").count() == users.rows)
  }

  test("no password in plans, the UI's descriptions, errors, logs or events") {
    storeIn(guarded, "users" -> value(users))
    val seen = new ConcurrentLinkedQueue[String]
    val listener = new SparkListener {
      override def onOtherEvent(event: SparkListenerEvent): Unit = event match {
        case start: SparkListenerSQLExecutionStart =>
          seen.add(start.toString)
          ()
        case _ =>
      }
    }
    spark.sparkContext.addSparkListener(listener)
    try {
      val inUrl = guarded.url.replace("redis://", s"redis://:$secret@")
      val lines = LogCapture.of {
        for (frame <- Seq(
            redisAt(inUrl, "key" -> "users"),
            redisAt(guarded.url, "key" -> "users", "redis-password" -> secret))) {
          assert(frame.collect().length == users.rows)
          seen.add(frame.queryExecution.toString)
          seen.add(frame.queryExecution.explainString(
            org.apache.spark.sql.execution.ExplainMode.fromString("extended")))
          seen.add(frame.queryExecution.explainString(
            org.apache.spark.sql.execution.ExplainMode.fromString("formatted")))
        }
        seen.add(messages(intercept[Exception](redisAt(inUrl, "key" -> "nobody's").collect())))
        seen.add(messages(intercept[Exception](redisAt(inUrl, "key" -> "users", "keey" -> "x"))))
        seen.add(messages(intercept[Exception](
          redisAt(guarded.url, "key" -> "users", "redis-password" -> s"$secret-wrong"))))
      }
      lines.foreach(seen.add)
      eventually(assert(seen.toArray.exists(_.toString.contains("SparkListenerSQLExecutionStart"))))
      val leaks = seen.toArray.map(_.toString).filter(_.contains(secret))
      assert(leaks.toSeq == Nil)
      assert(seen.toArray.count(_.toString.contains(s"127.0.0.1:${guarded.port}")) >= 8)
    } finally spark.sparkContext.removeSparkListener(listener)
  }

  test("a server that dies under a query is an error, and the next query works") {
    val rows = 300000
    withDirectory { directory =>
      val file = large(directory, rows)
      val mortal = RedisServer.start()
      try {
        val bytes = Files.readAllBytes(file).drop(header)
        storeIn(mortal, "large" -> bytes)
        val frame = redisAt(mortal.url, "key" -> "large", "region-linger" -> "0s")
        assert(frame.count() == rows)
        mortal.kill()
        val error = intercept[Exception](frame.select("n").collect())
        assert(messages(error).contains(s"127.0.0.1:${mortal.port}"), messages(error))
        assertNothingHeld()
        mortal.restart()
        val empty = intercept[Exception](frame.select("n").collect())
        assert(messages(empty).contains("'large'"), messages(empty))
        storeIn(mortal, "large" -> bytes)
        assert(frame.select("n").collect().length == rows)
      } finally mortal.close()
    }
  }

  /** Runs a query whose pull stands still after a megabyte, and does something to it there. */
  private def interrupted(mode: String)(act: Long => Unit)(query: DataFrame => Unit): Unit =
    withDirectory { directory =>
      val rows = 2000000
      store("large" -> Files.readAllBytes(large(directory, rows)).drop(header))
      val proxy = FaultProxy.before(server.port)
      try {
        val frame = redisAt(
          proxy.url, "key" -> "large", "region-linger" -> "0s", "read-mode" -> mode)
        val stuck = new java.util.concurrent.CountDownLatch(1)
        proxy.whenBytes(Direction.TO_CLIENT, 1 << 20, () => {
          proxy.stall()
          stuck.countDown()
        })
        @volatile var attempt = -1L
        @volatile var ended = false
        val listener = new SparkListener {
          override def onTaskStart(start: SparkListenerTaskStart): Unit =
            if (attempt < 0) attempt = start.taskInfo.taskId

          override def onTaskEnd(end: SparkListenerTaskEnd): Unit =
            if (end.taskInfo.taskId == attempt) ended = true
        }
        spark.sparkContext.addSparkListener(listener)
        val actor = new Thread(() => {
          stuck.await()
          eventually(assert(attempt >= 0))
          act(attempt)
          // While nothing comes: the task has to notice by itself.
          try eventually(assert(ended))
          finally proxy.flow()
        })
        actor.start()
        try query(frame.select("n"))
        finally {
          actor.join()
          spark.sparkContext.removeSparkListener(listener)
        }
        assertNothingHeld()
        assert(frame.select("n").collect().length == rows)
        assertNothingHeld()
        eventually(assert(proxy.connections == 0))
      } finally proxy.close()
    }

  for (mode <- Seq("verified", "streaming", "projected")) {
    test(s"a query that is cancelled in the middle of a pull, $mode") {
      interrupted(mode)(_ => spark.sparkContext.cancelJobGroup("pulling")) { frame =>
        spark.sparkContext.setJobGroup("pulling", "to be cancelled", interruptOnCancel = true)
        try {
          val error = intercept[Exception](frame.collect())
          assert(messages(error).contains("cancelled"), messages(error))
        } finally spark.sparkContext.clearJobGroup()
      }
    }

    test(s"a task that is killed in the middle of a pull runs again, $mode") {
      interrupted(mode) { attempt =>
        spark.sparkContext.killTaskAttempt(attempt, interruptThread = true, "on purpose")
        ()
      } { frame =>
        assert(frame.collect().length == 2000000)
        ()
      }
    }
  }
}
