package dev.envelope.spark

import java.nio.file.{Path, Paths}

import dev.envelope.memory.Allocators
import dev.envelope.scan.EntryPool
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.scalatest.{BeforeAndAfterEach, Suite}
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.{Millis, Seconds, Span}

/**
 * A suite on a real local session, shared by all suites of the JVM. After every test all of the
 * connector's memory must have been given back.
 */
abstract class SparkSuite extends AnyFunSuite with BeforeAndAfterEach with Eventually {
  this: Suite =>

  implicit override val patienceConfig: PatienceConfig =
    PatienceConfig(timeout = Span(20, Seconds), interval = Span(20, Millis))

  protected def spark: SparkSession = SparkSuite.session

  /** The directory of the repository. */
  protected val root: Path = Paths.get(System.getProperty("envelope.root"))

  /** The bundled file caches and their manifest. */
  protected val entries: Path = root.resolve("integration-tests").resolve("entries")

  protected def load(directory: Path, options: (String, String)*): DataFrame =
    spark.read.format("envelope").options(options.toMap).load(directory.toString)

  override protected def afterEach(): Unit =
    try assertNothingHeld()
    finally super.afterEach()

  /** The task that frees the last memory may still be on its way when the query returns. */
  protected def assertNothingHeld(): Unit = eventually {
    EntryPool.ofThisJvm().clear()
    val held = Allocators.root().getAllocatedMemory
    assert(held == 0, s"bytes of off-heap memory still held: $held")
  }
}

object SparkSuite {
  private lazy val session: SparkSession = SparkSession
    .builder()
    .master("local[2]")
    .appName("envelope suites")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse")
    .getOrCreate()
}
