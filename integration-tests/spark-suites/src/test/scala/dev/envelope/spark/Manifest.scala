package dev.envelope.spark

import java.nio.file.{Path, Paths}

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** A column as the manifest describes it. */
final case class ManifestColumn(name: String, arrowType: ArrowType, json: JsonNode) {
  def nullCount: Long = json.get("null_count").asLong

  def inDictionary: Boolean = json.get("arrow_type").asText.startsWith("dictionary<")

  /** The spelt values; of a long table there are only the first, the last and a summary. */
  def values(member: String): Seq[JsonNode] = Manifest.items(json.get(member))

  def summary: Option[JsonNode] = Option(json.get("summary"))
}

/** An entry that the Python library wrote. */
final case class ManifestEntry(json: JsonNode) {
  val name: String = json.get("name").asText
  val key: String = json.get("key").asText
  val kind: String = json.get("kind").asText
  val directory: Path = Manifest.directory.resolve(json.get("dir").asText)
  val file: Path = directory.resolve(json.get("file").asText)

  /** The length of the stored value, without the header of the file. */
  def bytes: Long = json.get("entry_bytes").asLong - 14

  def rows: Long = json.get("rows").asLong

  /** The bytes of a column without nulls; writers pad every buffer to 8. */
  def decompressed(width: Int): Long =
    Manifest.items(json.get("batch_rows")).map(rows => (rows.asLong * width + 7) / 8 * 8).sum

  lazy val columns: Seq[ManifestColumn] = Manifest
    .items(json.get("columns"))
    .map(c => ManifestColumn(c.get("name").asText, ArrowType(c.get("arrow_type").asText), c))
}

/** What the bundled entries hold; the README beside it says how values are spelt. */
object Manifest {
  val directory: Path =
    Paths.get(System.getProperty("envelope.root"), "integration-tests", "entries")

  lazy val entries: Seq[ManifestEntry] =
    items(new ObjectMapper().readTree(directory.resolve("manifest.json").toFile).get("entries"))
      .map(ManifestEntry)

  def entry(name: String): ManifestEntry = entries
    .find(_.name == name)
    .getOrElse(throw new NoSuchElementException(s"no entry '$name' in the manifest"))

  def items(array: JsonNode): Seq[JsonNode] = (0 until array.size).map(array.get(_))
}
