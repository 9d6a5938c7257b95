package dev.envelope.spark

import java.io.{ByteArrayOutputStream, ObjectOutputStream, RandomAccessFile}
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_8}
import java.nio.file.{Files, Path}

import scala.collection.mutable.ListBuffer

import dev.envelope.{AuthenticationException, InvalidOptionException}
import dev.envelope.crypto.MasterKeyProvider
import dev.envelope.entry.FileName
import dev.envelope.memory.Allocators
import dev.envelope.options.EnvelopeOptions
import dev.envelope.scan.EntryPool
import dev.envelope.shaded.arrow.vector.BigIntVector
import dev.envelope.testing.redis.RedisServer
import org.apache.spark.{EventLog, SparkException}
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.execution.ExplainMode
import org.apache.spark.sql.functions.sum
import org.scalatest.BeforeAndAfterAll

/** Entries that cachekit encrypted, their keys, and what must not be seen of them. */
class EncryptionSuite extends SparkSuite with BeforeAndAfterAll {
  private val right = "61" * 32
  private val other = "62" * 32
  private val wrong = "7e" * 32
  private val tables =
    Kinds.written.filter(k => k.encrypted && k.envelope == "frame" && k.header("format") == "arrow")
  private val one = Kinds.named("newest-matrix_table-arrow-instance-none-secret")
  private val plain = Kinds.named("newest-matrix_table-arrow")
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

  private def read(kind: Kind, options: (String, String)*): DataFrame =
    load(kind.directory, (("key" -> kind.key) +: options): _*)

  private def redis(key: String, options: (String, String)*): DataFrame =
    spark.read.format("envelope").option("url", server.url).option("key", key)
      .options(options.toMap).load()

  private def store(key: String, value: Array[Byte]): Unit = {
    val jedis = server.connect()
    try jedis.set(key.getBytes(UTF_8), value)
    finally jedis.close()
  }

  private def rows(frame: DataFrame): Seq[Any] = frame.collect().toSeq.map(_.toSeq.map(Kinds.actual))

  private def expected(kind: Kind): Seq[Any] =
    kind.rows.map(row => Manifest.items(row).map(Kinds.expected))

  private def untrusted(frame: => DataFrame): String =
    intercept[AuthenticationException](frame.collect()).getMessage

  private def withKeyFile[T](keys: String*)(body: Path => T): T = withDirectory { directory =>
    body(Files.write(directory.resolve("master.key"), keys.mkString("\n").getBytes(UTF_8)))
  }

  test("an encrypted table, from a file and from a Redis, in every read mode") {
    assert(tables.size == 8)
    withKeyFile(right) { file =>
      val key = "master-key-secret-file" -> file.toString
      for (table <- tables) {
        store(table.key, table.value)
        for (mode <- Seq("verified", "streaming", "projected"); options = Seq(key, "read-mode" -> mode)) {
          assert(rows(read(table, options: _*)) == expected(table), s"${table.name}, $mode")
          assert(rows(redis(table.key, options: _*)) == expected(table), s"${table.name}, $mode")
        }
        assert(redis(table.key, key).count() == table.rows.size)
        assert(redis(table.key, key, "region-linger" -> "0s").select("s").collect().length ==
          table.rows.size)
        assert(rows(redis(table.key, key).select("n").limit(2)) == expected(table).take(2).map {
          case Seq(n, _*) => Seq(n)
        })
      }
    }
  }

  test("without a key, and with a wrong one") {
    store(one.key, one.value)
    for (frame <- Seq[Seq[(String, String)] => DataFrame](
        options => read(one, options: _*), options => redis(one.key, options: _*))) {
      val none = untrusted(frame(Nil))
      assert(none.contains(one.key) && none.contains("no master key was given"), none)
      val mistaken = untrusted(frame(Seq("master-key-secret" -> wrong)))
      assert(mistaken.contains(one.key) && mistaken.contains("by its fingerprint"), mistaken)
      // Nor from what another reader has decrypted and left behind.
      assert(rows(frame(Seq("master-key-secret" -> right))) == expected(one))
      assert(untrusted(frame(Nil)) == none)
      assert(untrusted(frame(Seq("master-key-secret" -> wrong))) == mistaken)
      intercept[AuthenticationException](frame(Nil).count())
    }
    val nowhere = intercept[AuthenticationException](load(one.file, "master-key-secret" -> right))
    assert(nowhere.getMessage.contains("give the key by 'key', 'keys' or 'key-file'"))
  }

  test("keys that were rotated: previous ones decrypt, by option, in a file, and by a provider") {
    val later = Kinds.named("newest-map-default-secret-other")
    assert(later.masterKey == other)
    val previous = Seq("master-key-secret" -> other, "previous-master-key-secrets" -> s"$wrong, $right")
    assert(rows(read(one, previous: _*)) == expected(one))
    assert(rows(read(later, previous: _*)) == expected(later))
    withKeyFile(other, wrong, right) { file =>
      assert(rows(read(one, "master-key-secret-file" -> file.toString)) == expected(one))
    }
    val provider = "master-key-provider" -> classOf[SuiteKeys].getName
    assert(rows(read(one, provider)) == expected(one))
    assert(rows(read(later, provider)) == expected(later))
    // Of both at once: the columns of the one, and of the other what it has of them.
    val both = load(
      one.directory,
      (previous :+ ("keys" -> s"${one.key}\n${later.key}") :+ ("merge-schema" -> "true")): _*)
    assert(both.count() == one.rows.size + later.rows.size)
    assert(both.collect().length == one.rows.size + later.rows.size)
    val twice = intercept[InvalidOptionException](
      read(one, "master-key-secret" -> right, "previous-master-key-secrets" -> right))
    assert(twice.getMessage.contains("is also previous master key 1"))
  }

  test("what is not encrypted is refused by who has a key, unless it is allowed") {
    val options = Seq("keys" -> s"${plain.key}", "master-key-secret" -> right)
    for (skip <- Seq("fail", "skip")) {
      val error = untrusted(load(plain.directory, (options :+ ("on-corrupt" -> skip)): _*))
      assert(error.contains(plain.key) && error.contains("allow-plaintext = true"), error)
    }
    val log = LogCapture.of {
      val allowed = load(plain.directory, (options :+ ("allow-plaintext" -> "true")): _*)
      assert(rows(allowed) == expected(plain))
    }
    assert(log.exists(line => line.startsWith("WARN") && line.contains("allow-plaintext")), log)
  }

  test("no failed authentication is skipped: altered in planning or under a task, or moved") {
    withDirectory { directory =>
      def put(key: String): Path =
        Files.copy(one.file, directory.resolve(FileName.of(key)))
      val file = put(one.key)
      val options =
        Seq("key" -> one.key, "master-key-secret" -> right, "on-corrupt" -> "skip", "region-linger" -> "0s")
      val frame = load(directory, options: _*)
      assert(rows(frame) == expected(one))
      val planned = load(directory, options: _*)
      assert(planned.queryExecution.executedPlan.toString.contains("envelope"))
      val bytes = new RandomAccessFile(file.toFile, "rw")
      bytes.seek(Files.size(file) - 40)
      val before = bytes.read()
      bytes.seek(Files.size(file) - 40)
      bytes.write(before ^ 1)
      bytes.close()
      val inTask = intercept[SparkException](planned.collect())
      assert(messages(inTask).contains(classOf[AuthenticationException].getName), messages(inTask))
      assert(messages(inTask).contains("does not pass its authentication"), messages(inTask))
      assert(untrusted(load(directory, options: _*)).contains("does not pass its authentication"))
      put("another:key")
      val moved = options.filterNot(_._1 == "key") :+ ("key" -> "another:key")
      assert(untrusted(load(directory, moved: _*)).contains("moved from another key"))
      val tenant = untrusted(read(one, "master-key-secret" -> right, "tenant" -> "somebody"))
      assert(tenant.contains("tenant = somebody"), tenant)
    }
  }

  test("no key in plans, event logs, errors, logs, metrics or options") {
    val secrets = Seq(right, other)
    val options = Seq("master-key-secret" -> other, "previous-master-key-secrets" -> right)
    val seen = ListBuffer.empty[String]
    def look(frame: DataFrame): Unit = {
      assert(frame.collect().length == one.rows.size)
      for (mode <- Seq("simple", "extended", "codegen", "cost", "formatted"))
        seen += frame.queryExecution.explainString(ExplainMode.fromString(mode))
      seen += frame.queryExecution.toString
      val scan = ScanNodes.only(frame)
      seen ++= Seq(scan.scan.description, scan.toString, scan.batch.planInputPartitions().mkString)
      seen += frame.queryExecution.toRdd.toDebugString
      seen ++= scan.metrics.values.map(metric => s"${metric.name} ${metric.value}")
    }
    def failed(frame: => DataFrame): Unit = {
      val trace = new java.io.StringWriter
      intercept[Exception](frame.collect()).printStackTrace(new java.io.PrintWriter(trace))
      seen += trace.toString
    }
    withDirectory { directory =>
      val events = EventLog.of(spark.sparkContext, directory) {
        seen ++= LogCapture.everything {
          look(read(one, options: _*))
          spark.sql(s"CREATE OR REPLACE TEMPORARY VIEW sealed USING envelope OPTIONS (" +
            s"path '${one.directory}', key '${one.key}', `master-key-secret` '$right')")
          look(spark.table("sealed"))
          seen += spark.sql("DESCRIBE EXTENDED sealed").collect().mkString
          seen += spark.sql("EXPLAIN EXTENDED SELECT n FROM sealed").collect().mkString
          val untrusting = Kinds.named("newest-matrix_document-default")
          failed(read(untrusting, options: _*))
          failed(read(one, ("master-key-secrets" -> right) +: options: _*))
          failed(read(one, "master-key-secret" -> s"0x$right"))
          failed(read(one, "master-key-secret" -> right, "master-key-secret-file" -> "/nowhere"))
          failed(read(one, "master-key-secret" -> right, "previous-master-key-secrets" -> right))
          failed(read(one, "master-key-secret" -> right.take(62)))
          failed(read(one, "key" -> "nobody's", "master-key-secret" -> right))
          failed(read(one, "master-key-secret" -> right, "memory-limit" -> "1k", "file-access" -> "read"))
        }
      }
      // Spark itself writes the settings of a session into its event log, whatever they are.
      seen ++= LogCapture.everything {
        withConf(options.map { case (name, value) => s"spark.datasource.envelope.$name" -> value }: _*) {
          look(read(one))
        }
      }
      assert(events.contains("SparkListenerSQLExecutionStart") && events.contains("envelope"))
      seen += events
    }
    val parsed = new java.util.HashMap[String, String]
    (options :+ ("path" -> one.directory.toString)).foreach { case (n, v) => parsed.put(n, v) }
    val asked = EnvelopeOptions.parse(parsed)
    seen ++= Seq(asked.toString, asked.masterKeys.toString, asked.masterKeys.resolve.toString)
    assert(asked.toString.contains("master-key-secret"))
    // In hexadecimal, cut by a byte at either end, and as bytes.
    val parts = secrets.flatMap(s => Seq(s.take(60), new String(Sealing.unhex(s.take(40)), ISO_8859_1)))
    val leaks = seen.filter(text => parts.exists(text.toLowerCase.contains))
    assert(leaks.isEmpty, leaks.map(_.take(2000)).mkString("\n=====\n"))
    assert(seen.exists(_.contains("secret, not shown")) && seen.size > 60, seen.size)
  }

  /** Whether a key is in what Spark sends to executors, in hexadecimal or as bytes. */
  private def travels(frame: DataFrame): Boolean = {
    val bytes = new ByteArrayOutputStream
    val out = new ObjectOutputStream(bytes)
    val scan = ScanNodes.only(frame)
    out.writeObject(scan.batch.planInputPartitions())
    out.writeObject(scan.batch.createReaderFactory())
    out.writeObject(frame.queryExecution.toRdd)
    out.close()
    val text = bytes.toString(ISO_8859_1.name)
    assert(text.contains(one.directory.toString))
    text.contains(right) || text.contains(new String(Sealing.unhex(right), ISO_8859_1))
  }

  test("a key that is given travels to executors; one in a file or of a provider does not") {
    assert(travels(read(one, "master-key-secret" -> right)))
    withKeyFile(right) { file =>
      assert(!travels(read(one, "master-key-secret-file" -> file.toString)))
    }
    assert(!travels(read(one, "master-key-provider" -> classOf[SuiteKeys].getName)))
  }

  test("an encrypted table of 20 MB from a Redis takes one region") {
    val count = 2500000
    withDirectory { directory =>
      val file =
        EntryWriter.write(directory, "large", Seq(EntryWriter.field("n", EntryWriter.int64)), 10) {
          (root, batch) =>
            val numbers = root.getVector(0).asInstanceOf[BigIntVector]
            numbers.allocateNew(count / 10)
            (0 until count / 10).foreach(row => numbers.set(row, batch.toLong * (count / 10) + row))
            root.setRowCount(count / 10)
        }
      val frame = Files.readAllBytes(file).drop(14)
      val header = java.nio.ByteBuffer.wrap(frame).getInt(3)
      val value = Sealing.table(right, "large", frame.drop(7 + header))
      store("large", value)
      EntryPool.ofThisJvm().clear()
      assert(Allocators.allocated().getAllocatedMemory == 0)
      val most = value.length / 10 * 11
      withKeyFile(right) { key =>
        // The limit is on all that is allocated, at any time: while it is planned as well.
        val table = redis("large", "master-key-secret-file" -> key.toString, "memory-limit" -> s"$most")
        val sums = table.agg(sum("n"))
        assert(sums.collect().toSeq == Seq(Row(count.toLong * (count - 1) / 2)))
        val peak = ScanNodes.metric(sums, "envelopePeakMemory")
        assert(peak >= value.length - 1024 && peak <= most, s"$peak of ${value.length}")
        EntryPool.ofThisJvm().clear()
        val less = intercept[InvalidOptionException](redis(
          "large",
          "master-key-secret-file" -> key.toString,
          "memory-limit" -> s"${value.length - 1024}"))
        assert(less.getMessage.contains("does not fit into memory-limit"))
      }
    }
  }
}

/** Fetches the keys of the bundled entries from nowhere. */
final class SuiteKeys extends MasterKeyProvider {
  override def masterKeys(): java.util.List[Array[Byte]] =
    java.util.List.of(Sealing.unhex("62" * 32), Sealing.unhex("61" * 32))
}
