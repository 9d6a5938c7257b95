package dev.envelope.spark

import org.apache.spark.sql.types._

/** An Arrow type as pyarrow spells it. What encodes values in a dictionary is left out. */
sealed trait ArrowType

object ArrowType {
  final case class Leaf(name: String) extends ArrowType
  final case class ListOf(element: ArrowType) extends ArrowType
  final case class StructOf(fields: Seq[(String, ArrowType)]) extends ArrowType
  final case class MapOf(key: ArrowType, value: ArrowType) extends ArrowType

  private val ListSpelling = "(?:|large_|fixed_size_)list<[a-z]+: (.*)>(?:\\[\\d+\\])?".r
  private val StructSpelling = "struct<(.*)>".r
  private val MapSpelling = "map<(.*)>".r
  private val DictionarySpelling = "dictionary<values=(.*), indices=.*>".r
  private val Decimal = "decimal(128|256)\\((\\d+), (\\d+)\\)".r

  def apply(spelling: String): ArrowType = spelling match {
    case DictionarySpelling(values) => ArrowType(values)
    case ListSpelling(element) => ListOf(ArrowType(element))
    case MapSpelling(both) =>
      val Seq(key, value) = parts(both)
      MapOf(ArrowType(key), ArrowType(value))
    case StructSpelling(fields) =>
      StructOf(parts(fields).map { field =>
        val colon = field.indexOf(": ")
        field.take(colon) -> ArrowType(field.drop(colon + 2))
      })
    case leaf => Leaf(leaf)
  }

  /** What stands between commas that are not inside of brackets. */
  private def parts(text: String): Seq[String] = {
    var depth = 0
    val cuts = text.indices.filter { i =>
      if ("<([".indexOf(text(i)) >= 0) depth += 1
      if (">)]".indexOf(text(i)) >= 0) depth -= 1
      text(i) == ',' && depth == 0
    }
    (-1 +: cuts).zip(cuts :+ text.length).map { case (a, b) => text.slice(a + 1, b).trim }
  }

  /** The Spark type that docs/types.md gives it; none for what Spark cannot represent. */
  def inSpark(arrow: ArrowType, nanos: Boolean): Option[DataType] = arrow match {
    case ListOf(element) => inSpark(element, nanos).map(ArrayType(_, containsNull = true))
    case MapOf(key, value) =>
      for (k <- inSpark(key, nanos); v <- inSpark(value, nanos)) yield MapType(k, v, true)
    case StructOf(fields) =>
      val types = fields.map { case (name, field) => inSpark(field, nanos).map(name -> _) }
      if (types.exists(_.isEmpty)) None
      else Some(StructType(types.flatten.map { case (n, t) => StructField(n, t, true) }))
    case Leaf(name) =>
      Option(name match {
        case "null" => NullType
        case "bool" => BooleanType
        case "int8" => ByteType
        case "uint8" | "int16" => ShortType
        case "uint16" | "int32" => IntegerType
        case "uint32" | "int64" => LongType
        case "uint64" => DecimalType(20, 0)
        case "halffloat" | "float" => FloatType
        case "double" => DoubleType
        case "string" | "large_string" | "string_view" => StringType
        case "date32[day]" | "date64[ms]" => DateType
        case Decimal(_, precision, _) if precision.toInt > 38 => StringType
        case Decimal(_, precision, scale) => DecimalType(precision.toInt, scale.toInt)
        case _ if name.contains("binary") => BinaryType
        case _ if name.startsWith("time32[") || name.startsWith("time64[") => LongType
        case _ if name.startsWith("timestamp[ns") && nanos => LongType
        case _ if name.startsWith("timestamp[") =>
          if (name.contains("tz=")) TimestampType else TimestampNTZType
        case _ if name.startsWith("duration[") => DayTimeIntervalType()
        case _ => null
      })
  }
}
