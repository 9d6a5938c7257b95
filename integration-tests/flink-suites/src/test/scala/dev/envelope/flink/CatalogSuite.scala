package dev.envelope.flink

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}

import scala.util.Using

import dev.envelope.testing.EntryWriter
import dev.envelope.testing.redis.RedisServer
import org.apache.flink.table.api.TableEnvironment
import org.scalatest.BeforeAndAfterAll

/** The catalog in SQL, over directories and a real Redis. */
class CatalogSuite extends FlinkSuite with BeforeAndAfterAll {
  private val header = 14
  private val secret = "s3cr3t-of-the-suite"
  private lazy val server = RedisServer.`with`().password(secret).start()

  /** Cancels the suite where no server can be run. */
  override def beforeAll(): Unit = {
    super.beforeAll()
    val started =
      try {
        server
        None
      } catch { case e: org.opentest4j.TestAbortedException => Some(e.getMessage) }
    started.foreach(reason => cancel(reason))
    store("t:default:" + Demo.key, Manifest.entry("features").file)
    store("t:default:" + Demo.userKey, Manifest.entry("users").file)
    for (name <- Seq("key_without_namespace", "key_non_ascii", "key_custom", "decimals_narrow")) {
      val entry = Manifest.entry(name)
      store("t:default:" + entry.key, entry.file)
    }
    store("t:default:" + Demo.key + ":lock", Manifest.entry("features").file)
  }

  override def afterAll(): Unit =
    try server.close()
    finally super.afterAll()

  private def store(key: String, file: Path): Unit =
    Using.resource(server.connect())(
      _.set(key.getBytes(UTF_8), Files.readAllBytes(file).drop(header)))

  private def create(tables: TableEnvironment, options: (String, String)*): Unit = {
    val all = ("type" -> "envelope") +: options
    val pairs = all.map { case (k, v) => s"'$k' = '$v'" }.mkString(", ")
    tables.executeSql(s"CREATE CATALOG cache WITH ($pairs)")
    ()
  }

  private def redis(tables: TableEnvironment, options: (String, String)*): Unit =
    create(
      tables,
      (Map(
        "url" -> s"redis://127.0.0.1:${server.port}/0",
        "redis-password" -> secret,
        "tenant" -> "default") ++ options).toSeq: _*)

  private def firsts(tables: TableEnvironment, sql: String): Seq[String] =
    query(tables, sql).map(_.getField(0).toString)

  test("namespaces are databases, functions are tables, columns come from the entries") {
    val tables = batchTables()
    redis(tables)
    tables.executeSql("USE CATALOG cache")
    assert(
      firsts(tables, "SHOW DATABASES").toSet == Set("default", "entries", "größe_東京", "shop"))
    assert(firsts(tables, "SHOW CURRENT DATABASE") == Seq("default"))
    assert(firsts(tables, "SHOW TABLES") == Seq("write_entries.table"))
    tables.executeSql("USE shop")
    assert(firsts(tables, "SHOW TABLES") == Seq("shop.features", "shop.users"))
    assert(firsts(tables, "SHOW VIEWS").isEmpty)
    assert(
      query(tables, "DESCRIBE `shop.features`").map(row => s"$row".takeWhile(_ != ']')) ==
        Seq(
          "+I[user_id, BIGINT, false, null, null, null",
          "+I[country, STRING, false, null, null, null",
          "+I[score, DOUBLE, false, null, null, null",
          "+I[amount, DOUBLE, false, null, null, null",
          "+I[ts, TIMESTAMP(6), false, null, null, null"))
    val sums = query(
      tables,
      "SELECT COUNT(*), COUNT(DISTINCT f.user_id), MIN(f.ts) IS NULL FROM `shop.features` f")
    assert(sums.head.getField(0) == Demo.rows)
    assert(sums.head.getField(2) == false)
    assert(
      query(tables, "SELECT COUNT(*) FROM cache.shop.`shop.features`").head.getField(0) ==
        Demo.rows)
    assert(
      query(
        tables,
        "SELECT COUNT(*) FROM `shop.features` f JOIN `shop.users` u ON f.user_id = u.user_id")
        .head
        .getField(0)
        .asInstanceOf[Long] > 0)
    assert(firsts(tables, "SHOW TABLES FROM `größe_東京`") == Seq("write_entries.table"))
  }

  test("a column that Flink has no type for is left out, and the comment says why") {
    val tables = batchTables()
    redis(tables)
    val ddl = firsts(tables, "SHOW CREATE TABLE cache.entries.`write_entries.table`").head
    assert(ddl.contains("left out: column ''d32_9_3'' has the Arrow type"), ddl)
    val types = query(tables, "DESCRIBE cache.entries.`write_entries.table`").map(_.getField(0))
    assert(types.nonEmpty)
    assert(query(tables, "SELECT * FROM cache.entries.`write_entries.table`").nonEmpty)
  }

  test("a table shows no secret, and is read with it") {
    for (
      given <- Seq(
        Seq("url" -> s"redis://:$secret@127.0.0.1:${server.port}/0"),
        Seq("url" -> s"redis://127.0.0.1:${server.port}/0", "redis-password" -> secret))
    ) {
      val tables = batchTables()
      create(tables, (given :+ ("tenant" -> "default")): _*)
      val ddl = firsts(tables, "SHOW CREATE TABLE cache.shop.`shop.features`").head
      assert(!ddl.contains(secret), ddl)
      assert(ddl.contains("'function' = 'shop.features'") && ddl.contains("'namespace' = 'shop'"))
      val sql = "SELECT COUNT(score) FROM cache.shop.`shop.features`"
      assert(query(tables, sql).head.getField(0) == Demo.rows)
      val plan = tables.explainSql(sql)
      assert(!plan.contains(secret), plan)
      // A hint with a wrong value: Flink shows all options of the table.
      val wrong = intercept[Exception](
        query(tables, sql + " /*+ OPTIONS('redis-window' = 'many') */"))
      assert(messages(wrong).contains("redis-window"), messages(wrong))
      assert(!messages(wrong).contains(secret), messages(wrong))
      // Another server is not told the password.
      Using.resource(RedisServer.start()) { other =>
        Using.resource(other.connect())(
          _.set(
            ("t:default:" + Demo.key).getBytes(UTF_8),
            Files.readAllBytes(Manifest.entry("features").file).drop(header)))
        val hint = s" /*+ OPTIONS('url' = 'redis://127.0.0.1:${other.port}/0') */"
        assert(query(tables, sql + hint).head.getField(0) == Demo.rows)
      }
    }
  }

  test("CREATE TABLE ... LIKE makes a table of one's own") {
    val tables = batchTables()
    redis(tables)
    tables.executeSql(
      "CREATE TABLE mine (k STRING METADATA FROM 'key') WITH" +
        s" ('redis-password' = '$secret') LIKE cache.shop.`shop.features`")
    val row = query(tables, "SELECT k, COUNT(score) FROM mine GROUP BY k").head
    assert(row.getField(0) == Demo.key)
    assert(row.getField(1) == Demo.rows)
    // Without the password, which no table shows, the copy cannot be read, and says so.
    tables.executeSql("CREATE TABLE bare LIKE cache.shop.`shop.features`")
    val refused = messages(intercept[Exception](query(tables, "SELECT COUNT(score) FROM bare")))
    assert(refused.toLowerCase.contains("password"), refused)
  }

  test("LIKE of a directory's table, which has no secret") {
    withDirectory { directory =>
      new EntryWriter(directory).numbers("a", 0, 3, 4)
      val tables = batchTables()
      create(tables, "path" -> directory.toString)
      assert(query(tables, "SELECT SUM(n) FROM cache.`default`.entries").head.getField(0) == 21L)
      tables.executeSql(
        "CREATE TABLE mine (k STRING METADATA FROM 'key') LIKE cache.`default`.entries")
      assert(query(tables, "SELECT SUM(n) FROM mine").head.getField(0) == 21L)
      // The planner knows the rows from the catalog.
      val plan = tables.explainSql(
        "SELECT SUM(n) FROM cache.`default`.entries",
        org.apache.flink.table.api.ExplainDetail.ESTIMATED_COST)
      assert(plan.contains("rowcount = 7.0"), plan)
    }
  }

  test("nothing can be changed") {
    val tables = batchTables()
    redis(tables)
    for (
      sql <- Seq(
        "CREATE TABLE cache.shop.mine (n INT) WITH ('connector' = 'envelope')",
        "DROP TABLE cache.shop.`shop.users`",
        "ALTER TABLE cache.shop.`shop.users` RENAME TO others",
        "CREATE DATABASE cache.mine",
        "DROP DATABASE cache.shop CASCADE")
    ) {
      val error = messages(intercept[Exception](tables.executeSql(sql)))
      assert(error.contains("changes nothing there"), error)
      assert(!error.contains(secret), error)
    }
    assert(firsts(tables, "SHOW TABLES FROM cache.shop").size == 2)
  }

  test("what is not there, a wrong option and a dead server") {
    val tables = batchTables()
    redis(tables)
    for (
      sql <- Seq(
        "SELECT * FROM cache.shop.nobody",
        "SELECT * FROM cache.nobody.`shop.users`",
        "SELECT * FROM cache.shop.`shop users`")
    )
      assert(messages(intercept[Exception](query(tables, sql))).contains("not found"), sql)
    intercept[Exception](tables.executeSql("USE cache.nobody"))
    val others = batchTables()
    val wrong = messages(
      intercept[Exception](
        create(others, "url" -> s"redis://:$secret@127.0.0.1:1", "redis-windw" -> "1")))
    assert(wrong.contains("did you mean 'redis-window'"), wrong)
    assert(!wrong.contains(secret), wrong)
    val dead = batchTables()
    create(dead, "url" -> s"redis://:$secret@127.0.0.1:1", "redis-connect-timeout" -> "1s")
    dead.executeSql("USE CATALOG cache")
    for (sql <- Seq("SHOW DATABASES", "SELECT * FROM cache.shop.`shop.users`")) {
      val error = messages(intercept[Exception](query(dead, sql)))
      assert(error.contains("127.0.0.1:1"), error)
      assert(!error.contains(secret), error)
    }
  }

  test("a table that never ends, by a hint") {
    withDirectory { directory =>
      val writer = new EntryWriter(directory)
      writer.numbers("a", 0, 3, 4)
      val tables = streamTables()
      create(tables, "path" -> directory.toString)
      val sql = "SELECT n FROM cache.`default`.entries" +
        " /*+ OPTIONS('scan.discovery.interval' = '100 ms') */"
      Using.resource(tables.executeSql(sql).collect()) { rows =>
        assert((1 to 7).map(_ => rows.next().getField(0)).toSet == (0L until 7).toSet)
        writer.numbers("b", 100, 1)
        assert(rows.next().getField(0) == 100L)
      }
    }
  }

  /** Flink keeps what a catalog was made with, and shows it: a file keeps the password out. */
  test("what Flink itself shows of the catalog's options") {
    withDirectory { directory =>
      val file = Files.writeString(directory.resolve("password"), secret)
      val tables = batchTables()
      create(
        tables,
        "url" -> s"redis://127.0.0.1:${server.port}/0",
        "redis-password-file" -> file.toString,
        "tenant" -> "default")
      val ddl = firsts(tables, "SHOW CREATE CATALOG cache").head
      assert(ddl.contains("'tenant' = 'default'"))
      assert(!ddl.contains(secret), ddl)
      assert(firsts(tables, "SHOW TABLES FROM cache.shop").size == 2)
      val sql = "SELECT COUNT(score) FROM cache.shop.`shop.features`"
      assert(query(tables, sql).head.getField(0) == Demo.rows)
    }
  }

  test("a namespace called default, and default-database") {
    val hash = "0" * 64
    store(s"t:names:ns:default:func:one:args:$hash:1w", Manifest.entry("one_row").file)
    store(s"t:names:func:two:args:$hash:1w", Manifest.entry("one_row").file)
    val tables = batchTables()
    redis(tables, "tenant" -> "names", "default-database" -> "ns:default")
    tables.executeSql("USE CATALOG cache")
    assert(firsts(tables, "SHOW CURRENT DATABASE") == Seq("ns:default"))
    assert(firsts(tables, "SHOW TABLES") == Seq("one"))
    assert(query(tables, "SELECT * FROM `one`").size == 1)
    assert(firsts(tables, "SHOW TABLES FROM `default`") == Seq("two"))
    assert(query(tables, "SELECT * FROM `default`.two").size == 1)
    assert(firsts(tables, "SHOW DATABASES").toSet == Set("default", "ns:default"))
  }
}
