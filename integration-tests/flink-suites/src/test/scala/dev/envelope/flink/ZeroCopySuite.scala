package dev.envelope.flink

import java.nio.{ByteBuffer, ByteOrder}
import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_8}
import java.nio.file.{Files, Path}
import java.util.concurrent.atomic.{AtomicBoolean, DoubleAdder}

import scala.jdk.CollectionConverters._

import dev.envelope.memory.Allocators
import dev.envelope.testing.EntryWriter
import org.apache.arrow.vector.{BigIntVector, Float8Vector, VarCharVector}
import org.apache.arrow.vector.types.FloatingPointPrecision.DOUBLE
import org.apache.arrow.vector.types.pojo.{ArrowType, Schema}
import org.apache.flink.api.common.eventtime.WatermarkStrategy
import org.apache.flink.api.common.functions.MapFunction
import org.apache.flink.api.common.typeinfo.Types
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink
import org.apache.flink.table.data.RowData

/** Flink's rows are the bytes of the mapped file: nothing of an entry's size is copied. */
class ZeroCopySuite extends FlinkSuite with Readers {
  private val int64 = new ArrowType.Int(64, true)
  private val float64 = new ArrowType.FloatingPoint(DOUBLE)

  test("a byte that changes in the file changes in the row that the reader emits") {
    withDirectory { directory =>
      val number = 0x1122334455667788L
      val float = 0.12345678901234567
      val text = "a needle of more than twelve letters"
      val fields = Seq(
        EntryWriter.field("number", int64),
        EntryWriter.field("float", float64),
        EntryWriter.field("text", new ArrowType.Utf8))
      val file = new EntryWriter(directory).table(
        "k",
        new Schema(fields.asJava),
        1,
        (root, _) => {
          root.getVector("number").asInstanceOf[BigIntVector].setSafe(0, number)
          root.getVector("float").asInstanceOf[Float8Vector].setSafe(0, float)
          root.getVector("text").asInstanceOf[VarCharVector].setSafe(0, text.getBytes(UTF_8))
          root.setRowCount(1)
        })
      val places = Seq(
        find(file, little(_.putLong(number))),
        find(file, little(_.putDouble(float))),
        find(file, text.getBytes(UTF_8)))

      def flip(): Unit = places.foreach { place =>
        val byte = Files.readAllBytes(file)(place)
        EntryWriter.overwrite(file, place.toLong, (~byte).toByte)
      }
      // The row is looked at again while the reader is still handing it over.
      def read(access: String): (Seq[Any], Seq[Any]) =
        readAll(source("path" -> directory.toString, "file-access" -> access).build()) { row =>
          val before = ZeroCopySuite.values(row)
          flip()
          val after = ZeroCopySuite.values(row)
          flip()
          (before, after)
        }.head

      val (before, after) = read("map")
      assert(before == Seq[Any](number, float, text))
      val flipped = ByteBuffer.wrap(little(_.putDouble(float)))
      flipped.put(0, (~flipped.get(0)).toByte)
      assert(after.take(2) ==
        Seq[Any](number ^ 0xff, flipped.order(ByteOrder.LITTLE_ENDIAN).getDouble(0)))
      assert(after(2) != text && after(2).toString.endsWith(text.drop(1)))
      // The test can tell: an entry that was read does not change.
      val (copied, unchanged) = read("read")
      assert(copied == before && unchanged == before)
    }
  }

  for (reuse <- Seq(true, false))
    test(s"a job over 60 MB holds nothing of that, object reuse $reuse") {
      val (batches, rows, columns) = (6, 125000, 10)
      withDirectory { directory =>
        val fields = EntryWriter.field("id", int64) +:
          (1 until columns).map(i => EntryWriter.field(s"f$i", float64))
        val file = new EntryWriter(directory).table(
          "large",
          new Schema(fields.asJava),
          batches,
          (root, _) => {
            val ids = root.getVector(0).asInstanceOf[BigIntVector]
            ids.allocateNew(rows)
            (0 until rows).foreach(row => ids.set(row, row.toLong))
            for (i <- 1 until columns) {
              val floats = root.getVector(i).asInstanceOf[Float8Vector]
              floats.allocateNew(rows)
              (0 until rows).foreach(row => floats.set(row, (row % 1000) * 0.25 * i))
            }
            root.setRowCount(rows)
          })
        assert(Files.size(file) > (57L << 20))
        def peak(access: String): Long = {
          val environment = this.environment()
          if (reuse) environment.getConfig.enableObjectReuse()
          else environment.getConfig.disableObjectReuse()
          environment
            .fromSource(
              source("path" -> directory.toString, "file-access" -> access).build(),
              WatermarkStrategy.noWatermarks[RowData](),
              "entries")
            .map(new ZeroCopySuite.Sum(columns))
            .returns(Types.DOUBLE)
            .sinkTo(new DiscardingSink[java.lang.Double])
          ZeroCopySuite.total.reset()
          ZeroCopySuite.highest(Allocators.allocated().getAllocatedMemory) {
            environment.execute()
            val floats = (1 until columns)
              .map(i => (0 until rows).map(row => (row % 1000) * 0.25 * i).sum)
              .sum
            assert(ZeroCopySuite.total.sum == batches * (rows.toDouble * (rows - 1) / 2 + floats))
          }
        }
        val mapped = peak("map")
        assert(mapped < (1 << 20), s"peak of allocated memory: $mapped bytes")
        // The sampler can tell: an entry that is read is in memory, and once.
        val read = peak("read")
        assert(read > (50L << 20) && read < Files.size(file) + (1 << 20), s"$read bytes")
      }
    }

  /** Where in a file some bytes are, which must be there once. */
  private def find(file: Path, bytes: Array[Byte]): Int = {
    val all = new String(Files.readAllBytes(file), ISO_8859_1)
    val sought = new String(bytes, ISO_8859_1)
    val place = all.indexOf(sought)
    assert(place >= 0 && all.indexOf(sought, place + 1) < 0)
    place
  }

  private def little(put: ByteBuffer => ByteBuffer): Array[Byte] =
    put(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN)).array
}

object ZeroCopySuite {
  private val total = new DoubleAdder

  private def values(row: RowData): Seq[Any] =
    Seq(row.getLong(0), row.getDouble(1), row.getString(2).toString)

  /** All numbers of a row together, which a double holds exactly. */
  final class Sum(columns: Int) extends MapFunction[RowData, java.lang.Double] {
    override def map(row: RowData): java.lang.Double = {
      var sum = row.getLong(0).toDouble
      var i = 1
      while (i < columns) {
        sum += row.getDouble(i)
        i += 1
      }
      total.add(sum)
      sum
    }
  }

  /** How high a value is while a body runs. */
  private def highest(value: => Long)(body: => Unit): Long = {
    val running = new AtomicBoolean(true)
    @volatile var peak = value
    val sampler = new Thread(() => while (running.get) peak = math.max(peak, value))
    sampler.start()
    try body
    finally {
      running.set(false)
      sampler.join()
    }
    peak
  }
}
