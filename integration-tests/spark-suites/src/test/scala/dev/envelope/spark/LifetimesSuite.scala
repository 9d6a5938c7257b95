package dev.envelope.spark

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path, Paths}

import dev.envelope.shaded.arrow.vector.{BigIntVector, Float8Vector, IntVector, VarCharVector}
import dev.envelope.shaded.arrow.vector.VectorSchemaRoot
import dev.envelope.shaded.arrow.vector.complex.{ListVector, StructVector}
import dev.envelope.shaded.arrow.vector.compression.CompressionUtil.CodecType
import dev.envelope.shaded.arrow.vector.types.pojo.{ArrowType => Arrow}
import dev.envelope.spark.LifetimesSuite._
import org.apache.spark.{SparkException, TaskContext}
import org.apache.spark.sql.{DataFrame, Row}
import org.apache.spark.sql.expressions.Window
import org.apache.spark.sql.functions._
import org.apache.spark.storage.StorageLevel
import org.scalatest.BeforeAndAfterAll

/**
 * Whatever a query does with rows, it sees the right ones and gives all memory back.
 *
 * <p>Memory that is freed is overwritten in these JVMs, mapped files are unmapped, and the entries
 * have many more batches than are held at once: whoever looks at a row too late sees nonsense, or
 * takes the JVM down. SparkSuite looks after every test that nothing is held or mapped.
 */
class LifetimesSuite extends SparkSuite with BeforeAndAfterAll {
  private var directory: Path = _

  override protected def beforeAll(): Unit = {
    super.beforeAll()
    directory = Files.createTempDirectory(Paths.get(System.getProperty("java.io.tmpdir")), "cache-")
    for (codec <- Seq(CodecType.NO_COMPRESSION, CodecType.ZSTD, CodecType.LZ4_FRAME))
      write(directory, codec.name, codec)
  }

  override protected def afterAll(): Unit =
    try {
      directory.toFile.listFiles().foreach(_.delete())
      Files.delete(directory)
    } finally super.afterAll()

  /** The rows, without the connector. */
  private lazy val local: DataFrame = {
    val rows = new java.util.ArrayList[Row]
    (0 until Batches * BatchRows).foreach(i => rows.add(row(i.toLong)))
    spark.createDataFrame(rows, load(directory, "key" -> "ZSTD").schema)
  }

  /** The ways that bytes take: name, options, settings. */
  private val ways = Seq[(String, Seq[(String, String)], Seq[(String, String)])](
    ("mapped", Seq("key" -> "NO_COMPRESSION"), Nil),
    (
      "read",
      Seq("key" -> "NO_COMPRESSION", "file-access" -> "read", "region-linger" -> "0s"),
      Seq("spark.sql.adaptive.enabled" -> "false")),
    ("zstd", Seq("key" -> "ZSTD"), Nil),
    ("lz4, row by row", Seq("key" -> "LZ4_FRAME"), Seq("spark.sql.codegen.wholeStage" -> "false")))

  /** About four batches a task. */
  private def entry(options: Seq[(String, String)]): DataFrame =
    load(directory, (options :+ ("split-size" -> "64k")): _*)

  test("the entries have several tasks of many batches") {
    for ((name, options, _) <- ways) {
      val frame = entry(options)
      val tasks = ScanNodes.tasks(frame)
      assert(tasks >= 2 && Batches / tasks >= 3, name)
    }
  }

  private val noBroadcast = Seq(
    "spark.sql.autoBroadcastJoinThreshold" -> "-1",
    "spark.sql.join.preferSortMergeJoin" -> "true")
  private val window = Window.partitionBy("grp").orderBy("id")

  private val queries = Seq[(String, Seq[(String, String)], DataFrame => DataFrame)](
    ("all columns", Nil, frame => frame),
    ("sort", Nil, _.orderBy(col("text").desc, col("id"))),
    ("sort within one task of several partitions", Nil,
      _.coalesce(1).sortWithinPartitions(col("value"), col("id"))),
    ("sort-merge join", noBroadcast, frame =>
      frame.as("a").join(frame.as("b"), expr("a.id = b.id + 3 AND a.text < b.text"))),
    ("broadcast join", Nil, frame =>
      frame.as("a").join(broadcast(frame.filter("id % 5 = 0")).as("b"), expr("a.text = b.text"))
        .select("a.id", "a.text", "b.id", "b.text", "b.tags", "b.point")),
    ("shuffled hash join", noBroadcast, frame =>
      frame.as("a").join(frame.hint("shuffle_hash").as("b"), "id").select("a.text", "b.tags")),
    ("cross join of values that stay", Nil, frame =>
      frame.filter("id % 300 = 0").crossJoin(frame.filter("id % 500 = 1").select("text"))),
    ("window functions", Nil, frame =>
      frame.select(col("id"), lag("text", 2).over(window), first("tags").over(window),
        max("text").over(window), last("point").over(window))),
    ("collect_set, collect_list, min and max in groups", Nil, frame =>
      frame.groupBy("grp").agg(
        sort_array(collect_set("text")),
        sort_array(collect_list(struct("id", "text", "tags"))),
        max("text"), min("text"), max(struct("value", "text")))),
    ("max_by, min_by and sums in groups", Nil, frame =>
      frame.groupBy("grp").agg(expr("max_by(text, id)"), expr("min_by(tags, id)"), sum("value"))),
    ("aggregates of strings without groups", Nil, frame =>
      frame.agg(max("text"), min("text"), max("point"), min(struct("text", "id")), count("text"))),
    ("first and last of strings in one task", Nil, frame =>
      frame.coalesce(1).agg(first("text"), last("text"), first("tags"), last("point"),
        first("text", ignoreNulls = true))),
    ("distinct", Nil, _.select("text", "grp").distinct()),
    ("distinct aggregates", Nil, frame =>
      frame.groupBy("grp").agg(countDistinct("text"), countDistinct("value"))),
    ("union of the entry with itself", Nil, frame =>
      frame.select("text", "tags").unionAll(frame.filter("grp = 1").select("text", "tags"))),
    ("explode and text functions", Nil, frame =>
      frame.select(col("id"), explode(col("tags")).as("tag"))
        .select(col("id"), upper(col("tag")), substring(col("tag"), 2, 3), concat(col("tag"), col("id")))),
    ("repartition", Nil, _.repartition(3, col("text"))),
    ("limit after sort", Nil, _.orderBy(col("text").desc_nulls_last, col("id")).limit(37)),
    ("subquery", Nil, frame => frame.filter(col("text").isNotNull).join(
      frame.groupBy("grp").agg(max("text").as("text")), Seq("grp", "text"), "left_semi"))
  )

  for ((query, settings, build) <- queries)
    test(query) {
      withConf(settings: _*) {
        val expected = sorted(build(local).collect())
        assert(expected.nonEmpty)
        for ((name, options, waySettings) <- ways)
          withConf(waySettings: _*) {
            assert(sorted(build(entry(options)).collect()) == expected, s"($name)")
          }
      }
    }

  private def eachWay(body: DataFrame => Unit): Unit =
    for ((name, options, settings) <- ways)
      withConf(settings: _*)(withClue(s"($name) ")(body(entry(options))))

  private lazy val all: Seq[String] = sorted(local.collect())

  test("LIMIT and take stop in the middle of a batch") {
    eachWay { frame =>
      for (rows <- Seq(1, 7, BatchRows + 1, 3 * BatchRows + 5)) {
        val some = frame.limit(rows).collect()
        assert(some.length == rows)
        assert(some.map(_.getLong(0)).distinct.length == rows)
        some.foreach(found => assert(found == row(found.getLong(0))))
      }
      assert(frame.take(3).toSeq == (0L until 3L).map(row))
      assert(frame.head() == row(0))
      assert(frame.coalesce(1).limit(5 * BatchRows).agg(sum("id"), max("text")).collect().length == 1)
    }
  }

  test("a local iterator that is left or exhausted") {
    eachWay { frame =>
      val rows = frame.toLocalIterator()
      val found = Seq.newBuilder[Row]
      while (rows.hasNext) found += rows.next()
      assert(sorted(found.result().toArray) == all)
      val left = frame.toLocalIterator()
      assert(left.next() == row(0))
    }
  }

  test("rows that are held to the end of a task, by copy") {
    eachWay { frame =>
      val held = frame.select("id", "text").queryExecution.toRdd.mapPartitions { rows =>
        rows.map(_.copy()).toArray.iterator
      }
      val found = held.map { held =>
        (held.getLong(0), if (held.isNullAt(1)) null else held.getUTF8String(1).toString)
      }.collect()
      assert(found.sortBy(_._1).toSeq == (0L until (Batches * BatchRows).toLong).map(i => (i, text(i))))
    }
  }

  test("a typed mapPartitions that holds a partition") {
    eachWay { frame =>
      val texts = frame.select("text").rdd.mapPartitions(rows => rows.toArray.reverseIterator)
        .map(_.getString(0)).collect()
      val expected = (0L until (Batches * BatchRows).toLong).map(text)
      assert(texts.sortBy(String.valueOf(_)).toSeq == expected.sortBy(String.valueOf(_)))
    }
  }

  for (level <- Seq("MEMORY_ONLY", "MEMORY_ONLY_SER", "MEMORY_AND_DISK_SER", "DISK_ONLY"))
    test(s"a DataFrame that is cached: $level") {
      eachWay { frame =>
        frame.persist(StorageLevel.fromString(level))
        try {
          assert(frame.count() == Batches * BatchRows)
          // The cache holds copies: nothing of the entry is open once it is filled.
          assertNothingHeld()
          assert(sorted(frame.collect()) == all)
          assert(frame.filter("grp = 2").agg(max("text")).collect().toSeq ==
            local.filter("grp = 2").agg(max("text")).collect().toSeq)
        } finally frame.unpersist(blocking = true)
      }
    }

  test("a query that fails in the middle") {
    val failing = udf { (id: Long) =>
      if (id == 5L * BatchRows + 7) throw new IllegalStateException("on purpose")
      id
    }
    eachWay { frame =>
      val error = intercept[SparkException](frame.select(failing(col("id")), col("text")).collect())
      assert(messages(error).contains("on purpose"))
      assertNothingHeld()
    }
  }

  test("a job that is cancelled in the middle") {
    val slow = udf { (id: Long) =>
      Started.countDown()
      Thread.sleep(1)
      id
    }
    for ((interrupt, index) <- Seq(true, false).zipWithIndex)
      eachWay { frame =>
        Started.reset()
        val group = s"cancelled $index"
        val canceller = new Thread(() => {
          Started.await()
          spark.sparkContext.cancelJobGroup(group)
        })
        canceller.start()
        spark.sparkContext.setJobGroup(group, group, interruptOnCancel = interrupt)
        try {
          val error = intercept[SparkException] {
            frame.select(slow(col("id")), col("text"), col("tags")).collect()
          }
          assert(messages(error).contains("cancelled"), messages(error))
        } finally spark.sparkContext.clearJobGroup()
        canceller.join()
        assertNothingHeld()
      }
  }

  test("a task attempt that is killed in the middle, and runs again") {
    eachWay { frame =>
      Started.reset()
      val killed = udf { (id: Long) =>
        if (Started.first()) {
          val context = TaskContext.get()
          Started.attempt = context.taskAttemptId()
          Started.countDown()
          while (!context.isInterrupted()) Thread.sleep(1)
        }
        id
      }
      val killer = new Thread(() => {
        Started.await()
        spark.sparkContext.killTaskAttempt(Started.attempt, interruptThread = false, "on purpose")
        ()
      })
      killer.start()
      val columns = frame.columns.toSeq.tail.map(col)
      val rows = frame.select(killed(col("id")).as("id") +: columns: _*).collect()
      killer.join()
      assert(sorted(rows) == all)
      assertNothingHeld()
    }
  }

  test("two queries at once, one of them over before the other") {
    eachWay { frame =>
      val found = new java.util.concurrent.ConcurrentHashMap[Int, Seq[String]]
      val threads = (0 until 3).map { i =>
        new Thread(() => {
          val rows = if (i == 0) frame.limit(3).collect() else frame.orderBy("text", "id").collect()
          found.put(i, sorted(rows))
          ()
        })
      }
      threads.foreach(_.start())
      threads.foreach(_.join())
      assert(found.get(0).length == 3)
      assert(found.get(1) == all && found.get(2) == all)
    }
  }

  test("bundled entries: real dictionaries, zstd and lz4, sorted and joined with themselves") {
    for (name <- Seq("many_batches", "lz4_blocks", "rich_zstd", "rich_lz4", "mixed_polars")) {
      val manifest = Manifest.entry(name)
      val frame = load(manifest, "split-size" -> "16k")
      val rows = frame.collect()
      val texts = manifest.columns.zipWithIndex.filter(_._1.inDictionary).map(_._2) ++
        manifest.columns.indices.filter(i => frame.schema(i).dataType.typeName == "string")
      assert(texts.nonEmpty)
      for (i <- texts.distinct) {
        val column = frame.columns(i)
        val expected = rows.map(_.getString(i)).toSet
        assert(frame.select(column).distinct().collect().map(_.getString(0)).toSet == expected)
        val set = frame.agg(collect_set(column), max(column), min(column)).collect().head
        val seen = (expected - null).toSeq.sortWith { (a, b) =>
          java.util.Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)) < 0
        }
        assert(set.getSeq[String](0).toSet == seen.toSet)
        assert(set.getString(1) == seen.last && set.getString(2) == seen.head)
      }
    }
  }

  private def sorted(rows: Array[Row]): Seq[String] = rows.map(_.toString).sorted.toSeq
}

object LifetimesSuite {
  private val Batches = 24
  private val BatchRows = 250

  /** Tells when a task of the cancelled job is at work. */
  private object Started {
    @volatile private var latch = new java.util.concurrent.CountDownLatch(1)
    private val waiting = new java.util.concurrent.atomic.AtomicBoolean
    @volatile var attempt: Long = -1

    def reset(): Unit = {
      latch = new java.util.concurrent.CountDownLatch(1)
      waiting.set(true)
    }

    /** True once after a reset. */
    def first(): Boolean = waiting.compareAndSet(true, false)
    def countDown(): Unit = latch.countDown()
    def await(): Unit = latch.await()
  }

  private def text(i: Long): String =
    if (i % 11 == 3) null else s"${"ÄbcdefghijKLMNOP" * (i % 3).toInt} ${i * 7919 % 1000}"

  private def tags(i: Long): Seq[String] =
    if (i % 13 == 5) null
    else (0 until (i % 4).toInt).map(t => if (t == 2) null else s"tag $t of ${i % 17}")

  /** Sums of quarters are exact in any order. */
  private def value(i: Long): Any = if (i % 7 == 2) null else (i * 31 % 997) * 0.25

  /** A row of the entries. */
  private def row(i: Long): Row =
    Row(i, (i % 5).toInt, value(i), text(i), tags(i), Row(i * 0.5, text(i + 1)))

  private def write(directory: Path, key: String, codec: CodecType): Path = {
    import EntryWriter._
    val fields = Seq(
      field("id", int64),
      field("grp", int32),
      field("value", float64),
      field("text", utf8),
      field("tags", Arrow.List.INSTANCE, field("item", utf8)),
      field("point", Arrow.Struct.INSTANCE, field("x", float64), field("name", utf8)))
    EntryWriter.write(directory, key, fields, Batches, codec)(fill)
  }

  private def fill(root: VectorSchemaRoot, batch: Int): Unit = {
    root.allocateNew()
    val tagLists = root.getVector("tags").asInstanceOf[ListVector]
    val tagTexts = tagLists.getDataVector.asInstanceOf[VarCharVector]
    val point = root.getVector("point").asInstanceOf[StructVector]
    var tagCount = 0
    for (slot <- 0 until BatchRows) {
      val i = batch.toLong * BatchRows + slot
      root.getVector("id").asInstanceOf[BigIntVector].setSafe(slot, i)
      root.getVector("grp").asInstanceOf[IntVector].setSafe(slot, (i % 5).toInt)
      value(i) match {
        case v: Double => root.getVector("value").asInstanceOf[Float8Vector].setSafe(slot, v)
        case _ => root.getVector("value").asInstanceOf[Float8Vector].setNull(slot)
      }
      set(root.getVector("text").asInstanceOf[VarCharVector], slot, text(i))
      if (tags(i) == null) tagLists.setNull(slot)
      else {
        tagLists.startNewValue(slot)
        tags(i).foreach { tag =>
          set(tagTexts, tagCount, tag)
          tagCount += 1
        }
        tagLists.endValue(slot, tags(i).size)
      }
      point.setIndexDefined(slot)
      point.getChild("x").asInstanceOf[Float8Vector].setSafe(slot, i * 0.5)
      set(point.getChild("name").asInstanceOf[VarCharVector], slot, text(i + 1))
    }
    tagTexts.setValueCount(tagCount)
    root.setRowCount(BatchRows)
  }

  private def set(vector: VarCharVector, slot: Int, text: String): Unit =
    if (text == null) vector.setNull(slot) else vector.setSafe(slot, text.getBytes(UTF_8))
}
