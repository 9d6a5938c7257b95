package dev.envelope.spark

import java.net.{InetAddress, InetSocketAddress}
import java.nio.file.Files

import com.sun.net.httpserver.{HttpExchange, HttpServer}
import dev.envelope.{InvalidOptionException, MissingEntryException, StoreException}
import dev.envelope.testing.redis.MemcachedServer
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.functions.{col, sum}
import org.scalatest.BeforeAndAfterAll

/** The entries of a Memcached and of the HTTP API, as users of Spark ask for them. */
class SingleValueStoresSuite extends SparkSuite with BeforeAndAfterAll {
  private val header = 14
  private val secret = "ck_live_s3cr3t-of-the-suite"
  private val bundled = Seq(Manifest.entry("users"), Manifest.entry("features"))
  private lazy val memcached = MemcachedServer.start()
  private lazy val api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress, 0), 0)

  private def value(entry: ManifestEntry): Array[Byte] = Files.readAllBytes(entry.file).drop(header)

  /** Cancels the suite where no server can be run. */
  override def beforeAll(): Unit = {
    super.beforeAll()
    val started =
      try {
        memcached
        None
      } catch { case e: org.opentest4j.TestAbortedException => Some(e.getMessage) }
    started.foreach(reason => cancel(reason))
    bundled.foreach(entry => memcached.set(entry.key, value(entry)))
    api.createContext("/", (exchange: HttpExchange) => answer(exchange))
    api.start()
  }

  override def afterAll(): Unit =
    try {
      memcached.close()
      api.stop(0)
    } finally super.afterAll()

  private def answer(exchange: HttpExchange): Unit =
    try {
      val path = exchange.getRequestURI.getPath
      val allowed = exchange.getRequestHeaders.getFirst("Authorization") == s"Bearer $secret"
      val found = bundled.find(entry => path == s"/v1/cache/${entry.key}")
      if (!allowed || found.isEmpty) {
        exchange.sendResponseHeaders(if (allowed) 404 else 401, -1)
      } else {
        val bytes = value(found.get)
        exchange.sendResponseHeaders(200, bytes.length.toLong)
        exchange.getResponseBody.write(bytes)
      }
    } finally exchange.close()

  private def read(options: (String, String)*): DataFrame =
    spark.read.format("envelope").options(options.toMap).load()

  private def stores: Seq[Seq[(String, String)]] = Seq(
    Seq("url" -> memcached.url),
    Seq("url" -> s"http://127.0.0.1:${api.getAddress.getPort}", "api-key-secret" -> secret))

  private def joined(table: ManifestEntry => DataFrame): Seq[Row] =
    table(bundled(1))
      .join(table(bundled.head), "user_id")
      .groupBy("tier")
      .agg(sum(col("amount")))
      .orderBy("tier")
      .collect()
      .toSeq

  test("tables come as from files") {
    val expected =
      joined(entry => read("path" -> entry.file.getParent.toString, "key" -> entry.key))
    assert(expected.size == 3)
    stores.foreach { store =>
      assert(joined(entry => read(store :+ ("key" -> entry.key): _*)) == expected)
    }
  }

  test("what is not there is missed, and what cannot be listed is said") {
    stores.foreach { store =>
      intercept[MissingEntryException](read(store :+ ("key" -> "nothing"): _*).collect())
      val none = intercept[InvalidOptionException](read(store: _*))
      assert(none.getMessage.contains("cannot list its keys; give 'key'"))
    }
  }

  test("no plan and no error shows the key of the API") {
    val table = read(stores(1) :+ ("key" -> bundled.head.key): _*)
    table.collect()
    val plan = table.queryExecution.toString + table.queryExecution.explainString(
      org.apache.spark.sql.execution.ExplainMode.fromString("extended"))
    assert(plan.contains("envelope http://127.0.0.1"))
    assert(!plan.contains("s3cr3t"))
    val wrong = intercept[StoreException](
      read("url" -> stores(1).head._2, "api-key-secret" -> "s3cr3t", "key" -> "k").collect())
    assert(wrong.getMessage.contains("refuses the API key (status 401)"))
    assert(!wrong.getMessage.contains("s3cr3t"))
  }
}
