package dev.envelope.spark

import java.nio.file.{Files, Path, Paths}
import java.nio.file.StandardCopyOption.REPLACE_EXISTING

import dev.envelope.memory.Allocators
import dev.envelope.scan.EntryPool
import org.apache.spark.sql.{DataFrame, SparkSession}
import org.scalatest.{BeforeAndAfterEach, Suite}
import org.scalatest.concurrent.Eventually
import org.scalatest.funsuite.AnyFunSuite
import org.scalatest.time.{Millis, Seconds, Span}

/**
 * A suite on a real local session, shared by all suites of the JVM. After every test all of the
 * connector's memory must have been given back, and no entry may still be mapped.
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

  /** A bundled entry by its name in the manifest. */
  protected def load(entry: ManifestEntry, options: (String, String)*): DataFrame =
    load(entry.directory, (("key" -> entry.key) +: options): _*)

  /** Runs a body with settings of the session, and puts back what was there before. */
  protected def withConf[T](settings: (String, String)*)(body: => T): T = {
    val before = settings.map { case (name, _) => name -> spark.conf.getOption(name) }
    settings.foreach { case (name, value) => spark.conf.set(name, value) }
    try body
    finally
      before.foreach {
        case (name, Some(value)) => spark.conf.set(name, value)
        case (name, None) => spark.conf.unset(name)
      }
  }

  /** Runs a body with a new directory, which is deleted afterwards. */
  protected def withDirectory[T](body: Path => T): T = {
    val directory =
      Files.createTempDirectory(Paths.get(System.getProperty("java.io.tmpdir")), "cache-")
    try body(directory)
    finally {
      val files = Files.walk(directory)
      try files.sorted(java.util.Comparator.reverseOrder[Path]()).forEach(Files.delete(_))
      finally files.close()
    }
  }

  /** Runs a body with a cache that holds copies of bundled entries. */
  protected def withCopies[T](names: String*)(body: Path => T): T = withDirectory { directory =>
    names.foreach(name => copy(Manifest.entry(name), directory))
    body(directory)
  }

  protected def copy(entry: ManifestEntry, directory: Path): Path =
    Files.copy(entry.file, directory.resolve(entry.file.getFileName), REPLACE_EXISTING)

  /** The messages of an error and of what caused it. */
  protected def messages(error: Throwable): String =
    Iterator.iterate(error)(_.getCause).takeWhile(_ != null).mkString("\n")

  override protected def afterEach(): Unit =
    try assertNothingHeld()
    finally super.afterEach()

  /** The task that frees the last memory may still be on its way when the query returns. */
  protected def assertNothingHeld(): Unit = eventually {
    EntryPool.ofThisJvm().clear()
    val held = Allocators.root().getAllocatedMemory
    assert(held == 0, s"bytes of off-heap memory still held: $held")
    assert(mappedEntries() == Nil)
  }

  /** The files of entries that this process has mapped. */
  protected def mappedEntries(): List[String] = {
    val maps = Files.lines(Paths.get("/proc/self/maps"))
    try {
      val found = List.newBuilder[String]
      maps.filter(_.matches(".*/[0-9a-f]{32}( \\(deleted\\))?")).forEach { line =>
        found += line
        ()
      }
      found.result()
    } finally maps.close()
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
