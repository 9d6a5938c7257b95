package dev.envelope.spark

import java.nio.file.{Files, Path}
import java.time.{Duration, Instant, LocalDate, LocalDateTime, ZoneOffset}
import java.util.Base64

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import org.apache.spark.sql.Row

/** An entry of any kind that the Python library wrote, under some settings. */
final case class Kind(json: JsonNode) {
  val name: String = json.get("name").asText
  val key: String = json.get("key").asText
  val encrypted: Boolean = json.get("encrypted").asBoolean
  val directory: Path = Manifest.directory.resolve(json.get("dir").asText)
  val file: Path = directory.resolve(json.get("file").asText)
  val envelope: String = header("envelope")
  val interop: Boolean = envelope == "interop"

  /** What the entry's header says of itself, or empty. */
  def header(member: String): String = json.path("header").path(member).asText("")

  /** Whether the connector gives rows, by its own rules; else it gives an error. */
  def hasRows: Boolean = json.has("rows")

  def columns: Seq[String] = Manifest.items(json.get("columns")).map(_.asText)

  def rows: Seq[JsonNode] = Manifest.items(json.get("rows"))

  def masterKey: String = json.get("master_key").asText

  /** Whether it lacks what nobody but a user can say: it has no header. */
  def options: Seq[(String, String)] =
    if (!interop) Nil
    else if (encrypted) Seq("format" -> "interop", "tenant" -> json.get("tenant").asText)
    else Seq("format" -> "interop")

  /** The stored value. */
  def value: Array[Byte] = Files.readAllBytes(file).drop(14)

  /** What is inside of the envelope, as it was stored. */
  def payload: Array[Byte] = envelope match {
    case "interop" => value
    case "frame" => value.drop(header("payload_at").toInt)
    case _ => Base64.getDecoder.decode(new ObjectMapper().readTree(value).get("data").asText)
  }
}

/** What is in {@code kinds.json}; the README beside it says how values are spelt. */
object Kinds {

  /** Every entry that is there; the library refuses to write some. */
  lazy val written: Seq[Kind] = Manifest
    .items(new ObjectMapper().readTree(Manifest.directory.resolve("kinds.json").toFile).get("cells"))
    .filter(_.has("file"))
    .map(Kind)

  def named(name: String): Kind = written
    .find(_.name == name)
    .getOrElse(throw new NoSuchElementException(s"no written '$name' in kinds.json"))

  /**
   * A spelt value in the form of {@link #actual}: a tag, and what is compared. Spark has no digits
   * below a microsecond, and a time of day is a number of microseconds.
   */
  def expected(node: JsonNode): Any =
    if (node.isNull) null
    else if (node.isBoolean) "bool" -> node.asBoolean
    else if (node.isTextual) "text" -> node.asText
    else if (node.isArray) "list" -> Manifest.items(node).map(expected)
    else {
      val tag = node.fieldNames().next()
      val spelt = node.get(tag)
      tag match {
        case "int" => "int" -> BigInt(spelt.asText)
        case "float" => "float" -> bits(spelt.asText)
        case "hex" => "bytes" -> spelt.asText
        case "date" => "date" -> spelt.asText
        case "instant" | "datetime" | "duration" => tag -> micros(spelt)
        case "time" => "int" -> micros(spelt)
        case "struct" =>
          "struct" -> Manifest.items(spelt).map(field => field.get(0).asText -> expected(field.get(1)))
        case "map" =>
          "map" -> Manifest.items(spelt).map(e => expected(e.get(0)) -> expected(e.get(1))).toMap
      }
    }

  private def micros(nanos: JsonNode): BigInt = {
    val (whole, rest) = BigInt(nanos.asText) /% 1000
    if (rest < 0) whole - 1 else whole
  }

  private def bits(text: String): Long = java.lang.Double.doubleToLongBits(text match {
    case "inf" => Double.PositiveInfinity
    case "-inf" => Double.NegativeInfinity
    case number => number.toDouble
  })

  /** A value as Spark hands it to users, with its java.time classes on. */
  def actual(value: Any): Any = value match {
    case null => null
    case bool: Boolean => "bool" -> bool
    case text: String => "text" -> text
    case bytes: Array[Byte] => "bytes" -> bytes.map("%02x".format(_)).mkString
    case float: Float => "float" -> java.lang.Double.doubleToLongBits(float.toDouble)
    case double: Double => "float" -> java.lang.Double.doubleToLongBits(double)
    case decimal: java.math.BigDecimal => "int" -> BigInt(decimal.toBigIntegerExact)
    case date: LocalDate => "date" -> date.toString
    case instant: Instant => "instant" -> ticks(instant.getEpochSecond, instant.getNano)
    case time: LocalDateTime =>
      "datetime" -> ticks(time.toEpochSecond(ZoneOffset.UTC), time.getNano)
    case length: Duration => "duration" -> ticks(length.getSeconds, length.getNano)
    case row: Row => "struct" -> row.schema.fieldNames.toSeq.zip(row.toSeq.map(actual))
    case map: scala.collection.Map[_, _] =>
      "map" -> map.toSeq.map { case (k, v) => actual(k) -> actual(v) }.toMap
    case list: scala.collection.Seq[_] => "list" -> list.map(actual).toSeq
    case whole: java.lang.Number => "int" -> BigInt(whole.toString)
  }

  private def ticks(seconds: Long, nanos: Int): BigInt = BigInt(seconds) * 1000000 + nanos / 1000
}
