package dev.envelope.flink

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path, Paths}
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.util.concurrent.TimeUnit

import scala.jdk.CollectionConverters._
import scala.util.Using

import dev.envelope.testing.EntryWriter
import dev.envelope.testing.redis.{Direction, FaultProxy, RedisServer}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.{Millis, Seconds, Span}

/** The SQL jar in a stock Flink, by its SQL client, as the README says. */
class StockFlinkSuite extends AnyFunSuite with BeforeAndAfterAll with Eventually {
  implicit override val patienceConfig: PatienceConfig =
    PatienceConfig(timeout = Span(60, Seconds), interval = Span(200, Millis))

  private val root = Paths.get(System.getProperty("envelope.root"))
  private val demo = root.resolve("integration-tests/entries/cache-demo")
  private val jar = Paths.get(System.getProperty("envelope.sql.jar"))
  private val demoKey =
    "ns:shop:func:shop.features:args:f9cf3864b6e929eb73f84cf6d69409e0bd7575f8cf6feafe3a543b0f7267b2b2:1x2263"
  private val batch = "SET 'sql-client.execution.result-mode' = 'tableau';\n" +
    "SET 'execution.runtime-mode' = 'batch';\nSET 'parallelism.default' = '2';\n"

  private val home = {
    val kept = Option(System.getenv("ENVELOPE_VENV_DIR"))
      .map(Paths.get(_))
      .getOrElse(root.resolve("integration-tests/.venvs"))
      .resolve("flink-" + System.getProperty("envelope.flink.version"))
    if (Files.exists(kept.resolve("complete"))) Some(withGateway(kept.resolve("home"))) else None
  }

  /** With the one jar that the archives on PyPI lack. */
  private def withGateway(flink: Path): Path = {
    val jar = Paths.get(System.getProperty("envelope.scratch"), "opt", "flink-sql-gateway.jar")
    Files.copy(jar, flink.resolve("opt").resolve(jar.getFileName), REPLACE_EXISTING)
    flink
  }

  private lazy val directory: Path = {
    val scratch = Files.createDirectories(Paths.get(System.getProperty("envelope.scratch")))
    Files.createTempDirectory(scratch, "cluster-")
  }

  private lazy val flink: StockFlink = {
    val started = new StockFlink(home.get, directory)
    started.startTaskManager("first")
    started.startTaskManager("second")
    started
  }

  private lazy val server = RedisServer.start()

  override def beforeAll(): Unit = {
    super.beforeAll()
    if (home.isEmpty) cancel("no stock Flink: fetch-flink has said why")
    eventually {
      val overview = flink.ask("/overview")
      assert(overview.exists(_.path("slots-available").asInt == 2), flink.tail("jobmanager"))
    }
  }

  override def afterAll(): Unit =
    try if (home.nonEmpty) flink.close()
    finally
      try if (home.nonEmpty) server.close()
      finally super.afterAll()

  /** The rows of the tables in what the client says: those that begin with a bar, titles left out. */
  private def rows(answer: String): Seq[Seq[String]] =
    answer.linesIterator
      .map(_.trim)
      .filter(line => line.startsWith("|"))
      .map(_.split('|').map(_.trim).filter(_.nonEmpty).toSeq)
      .toSeq

  test("a bundled file cache") {
    val answer = flink.answer(
      "file",
      jar,
      batch + s"""CREATE TABLE features (user_id BIGINT, country STRING, score DOUBLE)
           WITH ('connector' = 'envelope', 'path' = '$demo', 'key' = '$demoKey');
         SELECT COUNT(*) AS n FROM features;
         SELECT COUNT(DISTINCT country) AS countries, MIN(user_id) AS least,
           MAX(user_id) AS most FROM features;
      """)
    assert(rows(answer).contains(Seq("5000")), answer)
    val Some(counts) = rows(answer).find(row => row.size == 3 && row.head.forall(_.isDigit)): @unchecked
    assert(counts.head.toInt > 1 && counts(1).toLong <= counts(2).toLong, answer)
  }

  test("a wrong option, a missing key and a dead server are told to the user") {
    val wrong = flink.answer(
      "wrong",
      jar,
      batch + s"""CREATE TABLE t (user_id BIGINT)
           WITH ('connector' = 'envelope', 'path' = '$demo', 'read-mode' = 'fast');
         SELECT * FROM t;
      """)
    assert(wrong.contains("option 'read-mode': 'fast'"), wrong)
    val missing = flink.answer(
      "missing",
      jar,
      batch + s"""CREATE TABLE t (user_id BIGINT)
           WITH ('connector' = 'envelope', 'path' = '$demo', 'key' = 'nobody');
         SELECT * FROM t;
      """)
    assert(missing.contains("nobody"), missing)
    // The client shows the innermost error and nothing else.
    val dead = flink.answer(
      "dead",
      jar,
      batch + """CREATE TABLE t (user_id BIGINT)
           WITH ('connector' = 'envelope', 'url' = 'redis://:hunter2@127.0.0.1:1', 'keys.pattern' = '*');
         SELECT * FROM t;
      """)
    assert(dead.contains("127.0.0.1:1"), dead)
    assert(dead.contains("cannot be reached; check host and port"), dead)
    assert(!dead.replace("redis://:hunter2@", "").contains("hunter2"), dead)
  }

  /** Entries of numbers from 0 on, in the Redis. */
  private def store(entries: Int, batches: Int, batchRows: Int): Long = {
    val cache = Files.createTempDirectory(directory, "entries-")
    Using.resource(server.connect()) { redis =>
      for (i <- 0 until entries) {
        val file = new EntryWriter(cache)
          .numbers(s"n:$i", i.toLong * batches * batchRows, Seq.fill(batches)(batchRows): _*)
        redis.set(s"n:$i".getBytes(UTF_8), Files.readAllBytes(file).drop(14))
        Files.delete(file)
      }
    }
    val all = entries.toLong * batches * batchRows
    all * (all - 1) / 2
  }

  private def sumOf(url: String): String =
    batch + s"""SET 'restart-strategy.type' = 'fixed-delay';
       SET 'restart-strategy.fixed-delay.attempts' = '10';
       SET 'restart-strategy.fixed-delay.delay' = '1 s';
       CREATE TABLE numbers (n BIGINT)
         WITH ('connector' = 'envelope', 'url' = '$url', 'keys.pattern' = 'n:*');
       SELECT SUM(n) AS total FROM numbers;
    """

  test("a Redis") {
    val sum = store(2, 4, 100000)
    val answer = flink.answer("redis", jar, sumOf(server.url))
    assert(rows(answer).contains(Seq(sum.toString)), answer)
  }

  test("the classes of jobs that are over go away, and so do their threads") {
    val sum = store(2, 4, 1000)
    val statement = "SELECT SUM(n) AS total FROM numbers;\n"
    val answer = flink.answer("many", jar, sumOf(server.url) + statement * 9)
    assert(rows(answer).count(_ == Seq(sum.toString)) == 10, answer)
    for (process <- Seq("first", "second", "jobmanager"))
      eventually {
        // A method handle of the JDK remembers the last class of a record it was used with, and
        // Flink the loader of a job that has just ended.
        assert(flink.jobLoaders(process) <= 3, process)
      }
    // No thread of the connector is left of the ten jobs.
    for (process <- Seq("first", "second"))
      eventually(assert(!flink.threads(process).exists(_.contains("envelope-"))))
  }

  test("jobs that never end and are cancelled leave no listener behind") {
    Using.resource(server.connect())(_.configSet("notify-keyspace-events", "KEA"))
    store(2, 4, 1000)
    def subscriptions = Using.resource(server.connect())(_.pubsubNumPat)
    for (round <- 1 to 4) {
      flink.answer(
        s"endless-$round",
        jar,
        s"""CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'envelope', 'url' = '${server.url}',
             'keys.pattern' = 'n:*', 'scan.discovery.interval' = '1 h');
           CREATE TABLE nowhere (n BIGINT) WITH ('connector' = 'blackhole');
           INSERT INTO nowhere SELECT n FROM numbers;
        """)
      eventually(assert(subscriptions == 1, flink.tail(s"endless-$round")))
      flink.cancelAll()
      eventually(assert(subscriptions == 0, flink.tail("jobmanager")))
    }
    eventually {
      assert(flink.jobLoaders("jobmanager") <= 3)
      assert(!flink.threads("jobmanager").exists(_.contains("envelope-")))
    }
  }

  test("a task manager is killed in the middle of a read") {
    val sum = store(8, 8, 100000)
    val proxy = FaultProxy.before(server.port)
    try {
      // 51 MB: some ten seconds.
      proxy.throttle(Direction.TO_CLIENT, 5L << 20)
      val client = flink.sql("killed", jar, sumOf(proxy.url))
      eventually(assert(proxy.bytes(Direction.TO_CLIENT) > (10L << 20), flink.tail("killed")))
      flink.kill("first")
      flink.startTaskManager("third")
      proxy.heal()
      assert(client.waitFor(180, TimeUnit.SECONDS), flink.tail("killed"))
      val answer = Files.readString(directory.resolve("killed.out"))
      assert(rows(answer).contains(Seq(sum.toString)), answer)
      val jobs = flink.ask("/jobs/overview").get.path("jobs").asScala
      val newest = jobs.maxBy(_.path("start-time").asLong)
      assert(newest.path("state").asText == "FINISHED")
      // It did fail in between: some attempts are not the first.
      val job = flink.ask(s"/jobs/${newest.path("jid").asText}").get
      val attempts = for {
        vertex <- job.path("vertices").asScala
        id = vertex.path("id").asText
        subtask <- flink
          .ask(s"/jobs/${newest.path("jid").asText}/vertices/$id")
          .get
          .path("subtasks")
          .asScala
      } yield subtask.path("attempt").asInt
      assert(attempts.max > 0, job.toString)
    } finally proxy.close()
  }
}
