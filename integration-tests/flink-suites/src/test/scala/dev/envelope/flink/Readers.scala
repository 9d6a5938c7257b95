package dev.envelope.flink

import scala.collection.mutable.ArrayBuffer
import scala.jdk.CollectionConverters._

import dev.envelope.flink.source.EnvelopeSource
import dev.envelope.flink.source.split.EnvelopeSplit
import dev.envelope.scan.ScanPlanner
import org.apache.flink.api.common.eventtime.Watermark
import org.apache.flink.api.connector.source.{ReaderOutput, SourceOutput, SourceReader}
import org.apache.flink.connector.testutils.source.reader.TestingReaderContext
import org.apache.flink.core.io.InputStatus
import org.apache.flink.table.data.RowData

/** Source readers without a cluster, each step of which a test takes by itself. */
trait Readers {
  protected type Reader = SourceReader[RowData, EnvelopeSplit]

  /** What comes out of a reader: rows are valid only while they are handed over. */
  protected final class Rows[T](of: RowData => T) extends ReaderOutput[RowData] {
    val seen = new ArrayBuffer[T]

    override def collect(row: RowData): Unit = {
      seen += of(row)
      ()
    }
    override def collect(row: RowData, timestamp: Long): Unit = collect(row)
    override def emitWatermark(watermark: Watermark): Unit = ()
    override def markIdle(): Unit = ()
    override def markActive(): Unit = ()
    override def createOutputForSplit(splitId: String): SourceOutput[RowData] = this
    override def releaseOutputForSplit(splitId: String): Unit = ()
  }

  /** The splits that an enumerator would make for so many tasks. */
  protected def splits(made: EnvelopeSource, tasks: Int): Seq[EnvelopeSplit] =
    ScanPlanner
      .plan(made.options)
      .tasks(made.rowType.getFieldNames, tasks, Long.MaxValue)
      .asScala
      .toSeq
      .zipWithIndex
      .map { case (task, i) => new EnvelopeSplit(s"split-$i", task) }

  /** The same splits out of a checkpoint. */
  protected def restored(made: EnvelopeSource, from: Seq[EnvelopeSplit]): Seq[EnvelopeSplit] = {
    val serializer = made.getSplitSerializer
    from.map(s => serializer.deserialize(serializer.getVersion, serializer.serialize(s)))
  }

  protected def open(made: EnvelopeSource, assigned: Seq[EnvelopeSplit]): Reader = {
    val reader = made.createReader(new TestingReaderContext)
    reader.start()
    reader.addSplits(assigned.asJava)
    reader
  }

  /** The first column of so many rows, or of all. */
  protected def read(reader: Reader, rows: Int = Int.MaxValue): Seq[Long] =
    read(reader, rows, _.getLong(0))

  protected def read[T](reader: Reader, rows: Int, of: RowData => T): Seq[T] = {
    val output = new Rows[T](of)
    if (rows == Int.MaxValue) reader.notifyNoMoreSplits()
    var status = InputStatus.MORE_AVAILABLE
    while (output.seen.size < rows && status != InputStatus.END_OF_INPUT) {
      status = reader.pollNext(output)
      if (status == InputStatus.NOTHING_AVAILABLE) reader.isAvailable.get()
    }
    output.seen.toSeq
  }

  /** All rows of a source, by one reader. */
  protected def readAll[T](made: EnvelopeSource)(of: RowData => T): Seq[T] = {
    val reader = open(made, splits(made, 1))
    try read(reader, Int.MaxValue, of)
    finally reader.close()
  }
}
