package dev.envelope.spark

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.Path

import dev.envelope.shaded.arrow.vector.{BigIntVector, Float8Vector, IntVector, VarCharVector}
import dev.envelope.shaded.arrow.vector.VectorSchemaRoot

/** Entries of a few plain columns, given as values. */
object Columns {

  /** Writes an entry of one batch; the first value of a column that is not null tells its type. */
  def write(directory: Path, key: String, columns: (String, Seq[Any])*): Path = {
    val fields = columns.map { case (name, values) =>
      EntryWriter.field(
        name,
        values.find(_ != null) match {
          case Some(_: Int) => EntryWriter.int32
          case Some(_: Long) => EntryWriter.int64
          case Some(_: Double) => EntryWriter.float64
          case _ => EntryWriter.utf8
        })
    }
    EntryWriter.write(directory, key, fields, 1)((root, _) => fill(root, columns.map(_._2)))
  }

  def fill(root: VectorSchemaRoot, columns: Seq[Seq[Any]]): Unit = {
    for ((values, i) <- columns.zipWithIndex) {
      val vector = root.getVector(i)
      vector.allocateNew()
      for ((value, row) <- values.zipWithIndex)
        (vector, value) match {
          case (_, null) => vector.setNull(row)
          case (ints: IntVector, n: Int) => ints.setSafe(row, n)
          case (longs: BigIntVector, n: Long) => longs.setSafe(row, n)
          case (doubles: Float8Vector, n: Double) => doubles.setSafe(row, n)
          case (texts: VarCharVector, text: String) => texts.setSafe(row, text.getBytes(UTF_8))
        }
    }
    root.setRowCount(columns.head.size)
  }
}
