package dev.envelope.flink

import java.nio.file.{Files, Path, Paths}
import java.nio.file.StandardCopyOption.REPLACE_EXISTING

import scala.jdk.CollectionConverters._
import scala.util.Using

import dev.envelope.flink.source.{EnvelopeSource, EnvelopeSourceBuilder}
import dev.envelope.memory.Allocators
import dev.envelope.scan.EntryPool
import org.apache.flink.configuration.{Configuration, MemorySize, TaskManagerOptions}
import org.apache.flink.runtime.minicluster.{MiniCluster, MiniClusterConfiguration}
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment
import org.apache.flink.streaming.util.TestStreamEnvironment
import org.apache.flink.table.api.{EnvironmentSettings, TableEnvironment}
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment
import org.apache.flink.types.Row
import org.scalatest.{BeforeAndAfterEach, Suite}
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.{Millis, Seconds, Span}

/**
 * A suite on a real MiniCluster of two task managers, shared by all suites of the JVM. After every
 * test all of the connector's memory must have been given back, and no entry may still be mapped.
 */
abstract class FlinkSuite extends AnyFunSuite with BeforeAndAfterEach with Eventually {
  this: Suite =>

  implicit override val patienceConfig: PatienceConfig =
    PatienceConfig(timeout = Span(30, Seconds), interval = Span(20, Millis))

  protected val root: Path = Paths.get(System.getProperty("envelope.root"))

  /** The bundled file caches and their manifest. */
  protected val entries: Path = root.resolve("integration-tests").resolve("entries")

  protected val demo: Path = entries.resolve("cache-demo")

  protected def cluster: MiniCluster = FlinkSuite.cluster

  protected def environment(): StreamExecutionEnvironment = {
    TestStreamEnvironment.setAsContext(cluster, 2)
    StreamExecutionEnvironment.getExecutionEnvironment
  }

  /** Runs SQL to its end. */
  protected def batchTables(settings: (String, String)*): TableEnvironment =
    tables(EnvironmentSettings.inBatchMode(), settings)

  protected def streamTables(settings: (String, String)*): TableEnvironment =
    tables(EnvironmentSettings.inStreamingMode(), settings)

  private def tables(
      mode: EnvironmentSettings,
      settings: Seq[(String, String)]): TableEnvironment = {
    val tables = StreamTableEnvironment.create(environment(), mode)
    tables.getConfig.set("table.local-time-zone", "UTC")
    settings.foreach { case (name, value) => tables.getConfig.set(name, value) }
    tables
  }

  /** Declares a table over the connector. */
  protected def declare(
      tables: TableEnvironment,
      name: String,
      columns: String,
      options: (String, String)*): Unit = {
    val all = ("connector" -> "envelope") +: options
    val pairs = all.map { case (k, v) => s"'$k' = '${v.replace("'", "''")}'" }.mkString(", ")
    tables.executeSql(s"CREATE TEMPORARY TABLE $name ($columns) WITH ($pairs)")
    ()
  }

  protected def query(tables: TableEnvironment, sql: String): Seq[Row] =
    Using.resource(tables.executeSql(sql).collect())(_.asScala.toList)

  protected def source(options: (String, String)*): EnvelopeSourceBuilder =
    EnvelopeSource.builder().options(options.toMap.asJava)

  /** Runs a body with a new directory, which is deleted afterwards. */
  protected def withDirectory[T](body: Path => T): T = {
    val directory =
      Files.createTempDirectory(Paths.get(System.getProperty("java.io.tmpdir")), "cache-")
    try body(directory)
    finally
      Using.resource(Files.walk(directory)) { files =>
        files.sorted(java.util.Comparator.reverseOrder[Path]()).forEach(Files.delete(_))
      }
  }

  protected def copy(file: Path, directory: Path): Path =
    Files.copy(file, directory.resolve(file.getFileName), REPLACE_EXISTING)

  /** The messages of an error and of what caused it. */
  protected def messages(error: Throwable): String =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).mkString("\n")

  override protected def afterEach(): Unit =
    try assertNothingHeld()
    finally super.afterEach()

  /** The task that frees the last memory may still be on its way when the job is over. */
  protected def assertNothingHeld(): Unit = eventually {
    EntryPool.ofThisJvm().clear()
    val held = Allocators.root().getAllocatedMemory
    assert(held == 0, s"bytes of off-heap memory still held: $held")
    assert(mappedEntries() == Nil)
  }

  /** The files of entries that this process has mapped. */
  protected def mappedEntries(): List[String] =
    Using.resource(Files.lines(Paths.get("/proc/self/maps"))) { maps =>
      maps.filter(_.matches(".*/[0-9a-f]{32}( \\(deleted\\))?")).iterator.asScala.toList
    }
}

object FlinkSuite {
  private lazy val cluster: MiniCluster = {
    val configuration = new Configuration
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128))
    configuration.setString("rest.bind-port", "0")
    configuration.setString("rest.address", "127.0.0.1")
    val started = new MiniCluster(
      new MiniClusterConfiguration.Builder()
        .setConfiguration(configuration)
        .setNumTaskManagers(2)
        .setNumSlotsPerTaskManager(4)
        .build())
    started.start()
    started
  }
}
