package dev.envelope.flink

import java.nio.file.Path

import scala.jdk.CollectionConverters._

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.node.{ArrayNode, JsonNodeFactory}
import dev.envelope.EnvelopeException
import dev.envelope.testing.{KindCell, SpeltRows}
import org.apache.flink.table.data.{ArrayData, RowData}
import org.apache.flink.table.types.logical._

/**
 * Every kind of entry under every setting arrives in Flink as Python reads it: the same cells as in
 * the other suites, mapped and read.
 */
class KindsSuite extends FlinkSuite with Readers {
  private val json = JsonNodeFactory.instance
  private val cells = KindCell.all.asScala.toSeq.filter(_.isWritten)

  private def problem(cell: KindCell, directory: Path, access: String): Option[String] = {
    val entry = cell.entry
    entry.writeTo(directory)
    val options = cell.options.asScala.toMap ++ Map(
      "path" -> directory.toString,
      "key" -> cell.key,
      "file-access" -> access)
    try {
      val made = source(options.toSeq: _*).build()
      val expected = cell.rows
      val rows = readAll(made)(row => row)
      val found = SpeltRows.none(made.rowType.getFieldNames)
      // Spelt while the row is there, along what is expected at its place.
      readAll(made) { row =>
        found.rows.add(spelt(made.rowType, row, expected.rows.asScala.lift(found.rows.size)))
      }
      if (rows.size != expected.rows.size) Some(s"${rows.size} rows")
      else Option(found.differenceFrom(expected)).filter(_.nonEmpty)
    } catch { case e: Exception => Some(messages(e)) }
  }

  for (access <- Seq("map", "read"))
    test(s"every entry has the columns, the rows and the values that Python reads: $access") {
      withDirectory { directory =>
        val kinds = cells.filter(_.hasRows)
        assert(kinds.size > 400 && kinds.count(_.encrypted) > 50)
        val problems = kinds.flatMap(c => problem(c, directory, access).map(p => s"${c.name}: $p"))
        assert(
          problems.isEmpty,
          problems.mkString(s"\n${problems.size} of ${kinds.size}:\n", "\n", ""))
      }
    }

  test("an entry without rows says why, by name") {
    withDirectory { directory =>
      for (cell <- cells.filterNot(_.hasRows)) {
        cell.entry.writeTo(directory)
        val options = cell.options.asScala.toMap ++
          Map("path" -> directory.toString, "key" -> cell.key)
        val error =
          intercept[EnvelopeException](readAll(source(options.toSeq: _*).build())(_ => ()))
        assert(error.getMessage.contains(s"'${cell.key}'"), cell.name)
      }
    }
  }

  test("kinds of all serializers are one table by SQL") {
    withDirectory { directory =>
      val kinds = cells.filter(c =>
        c.hasRows && !c.encrypted && c.envelope == "frame" && c.name.matches("newest-rows-.*"))
      assert(kinds.size >= 2)
      kinds.foreach(_.entry.writeTo(directory))
      val first = source("path" -> directory.toString, "key" -> kinds.head.key).build()
      val columns = first.rowType.getFields.asScala
        .map(f => s"`${f.getName}` ${f.getType.copy(true).asSerializableString}")
        .mkString(", ")
      val tables = batchTables()
      declare(
        tables,
        "t",
        columns + ", k STRING METADATA FROM 'key'",
        "path" -> directory.toString,
        "keys" -> kinds.map(_.key).mkString("\n"))
      val counts = query(tables, "SELECT k, COUNT(*) FROM t GROUP BY k")
        .map(row => row.getField(0).toString -> row.getField(1).asInstanceOf[Long])
        .toMap
      assert(counts == kinds.map(c => c.key -> c.rows.rows.size.toLong).toMap)
    }
  }

  private def spelt(row: RowType, data: RowData, expected: Option[JsonNode]): JsonNode = {
    val cells = json.arrayNode
    for ((field, i) <- row.getFields.asScala.zipWithIndex) {
      val value = RowData.createFieldGetter(field.getType, i).getFieldOrNull(data)
      cells.add(spelt(field.getType, value, expected.map(_.path(i))))
    }
    cells
  }

  /** Flink has no type for some lengths and times of day: they are numbers of nanoseconds. */
  private def spelt(of: LogicalType, value: Any, expected: Option[JsonNode]): JsonNode =
    if (value == null) json.nullNode
    else
      of match {
        case _: BooleanType => json.booleanNode(value.asInstanceOf[Boolean])
        case _: VarCharType => json.textNode(value.toString)
        case _: VarBinaryType | _: BinaryType =>
          tagged("hex", value.asInstanceOf[Array[Byte]].map("%02x".format(_)).mkString)
        case _: FloatType => tagged("float", value.asInstanceOf[Float].toDouble.toString)
        case _: DoubleType => tagged("float", value.toString)
        case _: DateType =>
          tagged("date", java.time.LocalDate.ofEpochDay(value.asInstanceOf[Int].toLong).toString)
        case _: TimeType => tagged("time", nanos(value.asInstanceOf[Int].toLong, 0))
        case _: DayTimeIntervalType => tagged("duration", nanos(value.asInstanceOf[Long], 0))
        case t: TimestampType => moment("datetime", t, value)
        case t: LocalZonedTimestampType => moment("instant", t, value)
        case list: ArrayType => items(list.getElementType, value.asInstanceOf[ArrayData], expected)
        case map: MapType =>
          val data = value.asInstanceOf[org.apache.flink.table.data.MapData]
          val keys = items(map.getKeyType, data.keyArray, None)
          val values = items(map.getValueType, data.valueArray, None)
          val pairs = json.arrayNode
          for (i <- 0 until keys.size) pairs.add(json.arrayNode.add(keys.get(i)).add(values.get(i)))
          json.objectNode.set[JsonNode]("map", pairs)
        case row: RowType =>
          val data = value.asInstanceOf[RowData]
          val fields = json.arrayNode
          for ((field, i) <- row.getFields.asScala.zipWithIndex) {
            val inner = RowData.createFieldGetter(field.getType, i).getFieldOrNull(data)
            val wanted = expected.map(_.path("struct").path(i).path(1))
            fields.add(json.arrayNode.add(field.getName).add(spelt(field.getType, inner, wanted)))
          }
          json.objectNode.set[JsonNode]("struct", fields)
        case _: BigIntType =>
          val tag = Seq("time", "duration").find(t => expected.exists(_.has(t))).getOrElse("int")
          tagged(tag, value.toString)
        case _ => tagged("int", value.toString)
      }

  private def items(of: LogicalType, data: ArrayData, expected: Option[JsonNode]): ArrayNode = {
    val getter = ArrayData.createElementGetter(of)
    val items = json.arrayNode
    for (i <- 0 until data.size)
      items.add(spelt(of, getter.getElementOrNull(data, i), expected.map(_.path(i))))
    items
  }

  private def moment(tag: String, of: LogicalType, value: Any): JsonNode = {
    val data = value.asInstanceOf[org.apache.flink.table.data.TimestampData]
    tagged(tag, nanos(data.getMillisecond, data.getNanoOfMillisecond))
  }

  private def nanos(millis: Long, rest: Int): String = (BigInt(millis) * 1000000 + rest).toString

  private def tagged(tag: String, text: String): JsonNode = json.objectNode.put(tag, text)
}
