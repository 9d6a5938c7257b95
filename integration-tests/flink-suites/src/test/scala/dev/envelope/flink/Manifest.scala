package dev.envelope.flink

import java.nio.file.{Path, Paths}

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/** An entry that the Python library wrote. */
final case class ManifestEntry(json: JsonNode) {
  val name: String = json.get("name").asText
  val key: String = json.get("key").asText
  val kind: String = json.get("kind").asText
  val directory: Path = Manifest.directory.resolve(json.get("dir").asText)
  val file: Path = directory.resolve(json.get("file").asText)
}

/** What the bundled entries hold; the README beside it says how values are spelt. */
object Manifest {
  val directory: Path =
    Paths.get(System.getProperty("envelope.root"), "integration-tests", "entries")

  lazy val entries: Seq[ManifestEntry] = {
    val all = new ObjectMapper().readTree(directory.resolve("manifest.json").toFile).get("entries")
    (0 until all.size).map(i => ManifestEntry(all.get(i)))
  }

  def entry(name: String): ManifestEntry = entries
    .find(_.name == name)
    .getOrElse(throw new NoSuchElementException(s"no entry '$name' in the manifest"))
}
