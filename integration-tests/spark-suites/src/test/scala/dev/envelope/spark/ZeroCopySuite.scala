package dev.envelope.spark

import java.io.RandomAccessFile
import java.nio.ByteBuffer
import java.nio.ByteOrder.LITTLE_ENDIAN
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_8}
import java.nio.file.{Files, Path}
import java.util.concurrent.atomic.AtomicBoolean

import dev.envelope.memory.Allocators
import dev.envelope.shaded.arrow.vector.{BigIntVector, Float8Vector}
import org.apache.spark.sql.functions.{col, sum}
import org.apache.spark.sql.vectorized.ColumnarBatch

/** Spark computes on the bytes of the mapped file: nothing of an entry's size is copied. */
class ZeroCopySuite extends SparkSuite {

  /** Where in a file some bytes are, which must be there once. */
  private def find(file: Path, bytes: Array[Byte]): Long = {
    val (all, sought) = (new String(Files.readAllBytes(file), ISO_8859_1),
      new String(bytes, ISO_8859_1))
    val offset = all.indexOf(sought)
    assert(offset >= 0 && all.indexOf(sought, offset + 1) < 0)
    offset.toLong
  }

  private def little(length: Int)(put: ByteBuffer => ByteBuffer): Array[Byte] =
    put(ByteBuffer.allocate(length).order(LITTLE_ENDIAN)).array

  test("a byte that changes in the file changes in the column vector") {
    withDirectory { directory =>
      val number = 0x1122334455667788L
      val float = 0.12345678901234567
      val text = "a needle of more than twelve letters"
      val file = Columns.write(
        directory,
        "k",
        "number" -> Seq(1L, number),
        "float" -> Seq(1.0, float),
        "text" -> Seq("-", text))
      val places = Seq(
        find(file, little(8)(_.putLong(number))),
        find(file, little(8)(_.putDouble(float))),
        find(file, text.getBytes(UTF_8)))
      val path = file.toString

      def read(options: (String, String)*): Seq[(Any, Any)] = {
        val frame = load(directory, (("key" -> "k") +: options): _*)
        ScanNodes.only(frame).executeColumnar().mapPartitions { batches =>
          val batch = batches.next()
          val before = ZeroCopySuite.secondRow(batch)
          ZeroCopySuite.flip(path, places)
          val after = ZeroCopySuite.secondRow(batch)
          ZeroCopySuite.flip(path, places)
          before.zip(after).iterator
        }.collect().toSeq
      }

      val Seq((n, changed), (f, changedFloat), (t, changedText)) = read()
      assert(n == number && changed == (number ^ 0xff))
      assert(f == float && changedFloat ==
        java.lang.Double.longBitsToDouble(java.lang.Double.doubleToRawLongBits(float) ^ 0xff))
      assert(t.toString == text.getBytes(UTF_8).toSeq.toString)
      assert(changedText == (~text.head.toInt).toByte +: text.getBytes(UTF_8).toSeq.tail)
      // The test can tell: an entry that was read does not change.
      assert(read("file-access" -> "read").forall { case (before, after) => before == after })
    }
  }

  test("a scan of 300 MB holds no more than bitmaps") {
    val (batches, rows, columns) = (12, 210000, 15)
    withDirectory { directory =>
      val fields = EntryWriter.field("id", EntryWriter.int64) +:
        (1 until columns).map(i => EntryWriter.field(s"f$i", EntryWriter.float64))
      val file = EntryWriter.write(directory, "large", fields, batches) { (root, batch) =>
        if (batch == 0) {
          val ids = root.getVector(0).asInstanceOf[BigIntVector]
          ids.allocateNew(rows)
          (0 until rows).foreach(row => ids.set(row, row.toLong))
          for (i <- 1 until columns) {
            val floats = root.getVector(i).asInstanceOf[Float8Vector]
            floats.allocateNew(rows)
            (0 until rows).foreach(row => floats.set(row, (row % 1000) * 0.25 * i))
          }
          root.setRowCount(rows)
        }
      }
      assert(Files.size(file) > (300L << 20))
      val frame = load(directory, "key" -> "large")
      assert(ScanNodes.tasks(frame) > 1)
      val sums = frame.agg(sum("id"), (1 until columns).map(i => sum(col(s"f$i"))): _*)
      val (row, peak) = ZeroCopySuite.highest(Allocators.allocated().getAllocatedMemory) {
        sums.collect().head
      }
      assert(row.getLong(0) == batches * (rows.toLong * (rows - 1) / 2))
      for (i <- 1 until columns)
        assert(row.getDouble(i) == batches * (0 until rows).map(r => (r % 1000) * 0.25 * i).sum)
      val bitmap = (rows + 7) / 8
      assert(peak < (1 << 20) + bitmap, s"peak of allocated memory: $peak bytes")
      assert(ScanNodes.metric(sums, "envelopePeakMemory") < 2 * ((1 << 20) + bitmap))
      assert(ScanNodes.metric(sums, "envelopeCopiedBytes") == 0)
      assert(ScanNodes.metric(sums, "envelopeDecompressedBytes") == 0)
      assert(ScanNodes.metric(sums, "envelopeMappedBytes") >= Files.size(file) - 14)
      assert(ScanNodes.metric(sums, "envelopeBatches") == batches)

      // The sampler can tell: an entry that is read is in memory once.
      val copied = load(directory, "key" -> "large", "file-access" -> "read").agg(sum("id"))
      val (_, whole) = ZeroCopySuite.highest(Allocators.allocated().getAllocatedMemory) {
        copied.collect()
      }
      assert(whole >= Files.size(file) - 14 && whole < Files.size(file) + (1 << 20))
    }
  }
}

object ZeroCopySuite {

  /** The second row of a batch of three columns. */
  private def secondRow(batch: ColumnarBatch): Seq[Any] = Seq(
    batch.column(0).getLong(1),
    batch.column(1).getDouble(1),
    batch.column(2).getUTF8String(1).getBytes.toSeq)

  private def flip(file: String, offsets: Seq[Long]): Unit = {
    val raw = new RandomAccessFile(file, "rw")
    try
      offsets.foreach { offset =>
        raw.seek(offset)
        val byte = raw.read()
        raw.seek(offset)
        raw.write(byte ^ 0xff)
      }
    finally raw.close()
  }

  /** Runs a body, and says how high a value was while it ran. */
  private def highest[T](value: => Long)(body: => T): (T, Long) = {
    val running = new AtomicBoolean(true)
    @volatile var peak = value
    val sampler = new Thread(() => while (running.get) peak = math.max(peak, value))
    sampler.start()
    try {
      val result = body
      running.set(false)
      sampler.join()
      (result, peak)
    } finally running.set(false)
  }
}
