package dev.envelope.spark

import java.nio.charset.StandardCharsets.UTF_8
import java.time.{Duration, Instant, LocalDate, LocalDateTime, ZoneOffset}
import java.util.zip.CRC32

import com.fasterxml.jackson.databind.JsonNode
import dev.envelope.spark.ArrowType.{Leaf, ListOf, MapOf, StructOf}
import org.apache.spark.sql.Row

/**
 * One form for values that were read and for values that the manifest spells, in which they are
 * equal only when they are the same: bits of floats, digits of decimals, microseconds of times.
 */
object Spelling {

  /** A value as the manifest spells it, floored to microseconds where Spark has no more. */
  def expected(value: JsonNode, arrow: ArrowType, nanos: Boolean): Any =
    if (value.isNull) null
    else
      arrow match {
        case ListOf(element) => Manifest.items(value).map(expected(_, element, nanos))
        case MapOf(key, item) =>
          Manifest.items(value.get("map")).map { pair =>
            expected(pair.get(0), key, nanos) -> expected(pair.get(1), item, nanos)
          }.toMap
        case StructOf(fields) =>
          fields.map { case (name, field) => name -> expected(value.get(name), field, nanos) }
        case Leaf("bool") => value.asBoolean
        case Leaf("halffloat" | "float" | "double") => bits(float(value.asText))
        case Leaf(name) if name.contains("binary") => "hex " + value.get("hex").asText
        case Leaf(name) if name.contains("string") && value.isObject =>
          val long = value.get("long")
          s"long ${long.get("bytes").asText} ${long.get("crc32").asText}"
        case Leaf(name) if name.matches("(time|duration).*\\[.*") =>
          scaled(BigInt(value.asText), name, nanos).toString
        case _ => value.asText
      }

  private def scaled(stored: BigInt, name: String, nanos: Boolean): BigInt =
    name.replaceAll(".*\\[(\\w+).*", "$1") match {
      case "s" => stored * 1000000
      case "ms" => stored * 1000
      case "us" => stored
      // Lengths of time have no other type in Spark.
      case "ns" if nanos && !name.startsWith("duration") => stored
      case "ns" => BigInt(Math.floorDiv(stored.toLong, 1000L))
    }

  /** A value as Spark hands it to users, with its java.time classes on. */
  def actual(value: Any): Any = value match {
    case null => null
    case b: Boolean => b
    case f: Float => bits(f.toDouble)
    case d: Double => bits(d)
    case d: java.math.BigDecimal => d.toPlainString
    case s: String => text(s)
    case bytes: Array[Byte] => "hex " + bytes.map("%02x".format(_)).mkString
    case date: LocalDate => date.toString
    case instant: Instant => micros(instant.getEpochSecond, instant.getNano)
    case time: LocalDateTime => micros(time.toEpochSecond(ZoneOffset.UTC), time.getNano)
    case length: Duration => micros(length.getSeconds, length.getNano)
    case row: Row => row.schema.fieldNames.toSeq.zip(row.toSeq.map(actual))
    case map: scala.collection.Map[_, _] => map.map { case (k, v) => actual(k) -> actual(v) }.toMap
    case list: scala.collection.Seq[_] => list.map(actual).toSeq
    case whole: java.lang.Number => whole.toString
  }

  private def text(value: String): String = {
    val bytes = value.getBytes(UTF_8)
    if (value.codePointCount(0, value.length) <= 1000) value
    else s"long ${bytes.length} ${crc(bytes)}"
  }

  private def crc(bytes: Array[Byte]): Long = {
    val crc = new CRC32
    crc.update(bytes)
    crc.getValue
  }

  private def micros(seconds: Long, nanos: Int): String = {
    assert(nanos % 1000 == 0)
    (BigInt(seconds) * 1000000 + nanos / 1000).toString
  }

  private def float(text: String): Double = text match {
    case "inf" => Double.PositiveInfinity
    case "-inf" => Double.NegativeInfinity
    case number => number.toDouble
  }

  private def bits(value: Double): String =
    "bits %016x".format(java.lang.Double.doubleToLongBits(value))

  /** The members of a summary of a column's values, as the manifest has them. */
  def summary(values: Seq[Any]): Map[String, String] = values.filter(_ != null) match {
    case booleans @ Seq(_: Boolean, _*) =>
      Map("true_count" -> booleans.count(_ == true).toString)
    case floats @ Seq(_: Double, _*) =>
      val numbers = floats.map(_.asInstanceOf[Double])
      val sum = numbers.foldLeft(java.math.BigDecimal.ZERO)((s, d) =>
        s.add(new java.math.BigDecimal(d)))
      val xor = numbers.map(java.lang.Double.doubleToRawLongBits).reduce(_ ^ _)
      Map("sum" -> bits(sum.doubleValue), "xor_bits" -> "%016x".format(xor))
    case texts @ Seq(_: String, _*) =>
      val bytes = texts.map(_.asInstanceOf[String].getBytes(UTF_8))
      Map(
        "byte_length_sum" -> bytes.map(_.length.toLong).sum.toString,
        "crc32_sum" -> bytes.map(crc).sum.toString)
    case whole => Map("sum" -> whole.map(v => BigInt(actual(v).toString)).sum.toString)
  }

  /** A summary in the manifest, with the sum of floats in bits. */
  def summary(json: JsonNode): Map[String, String] = {
    val members = Seq("true_count", "sum", "xor_bits", "byte_length_sum", "crc32_sum")
      .filter(json.has)
      .map(name => name -> json.get(name).asText)
      .toMap
    if (members.contains("xor_bits")) members + ("sum" -> bits(float(members("sum")))) else members
  }
}
