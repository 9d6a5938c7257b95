package dev.envelope.flink

import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_8}
import java.util.jar.JarFile

import org.scalatest.funsuite.AnyFunSuite

/** The jar for SQL holds our classes, relocated libraries, zstd-jni, and nothing else. */
class SqlJarSuite extends AnyFunSuite {
  private val sqlJar = System.getProperty("envelope.sql.jar")

  private def withJar[T](body: JarFile => T): T = {
    val jar = new JarFile(sqlJar)
    try body(jar)
    finally jar.close()
  }

  private def files(jar: JarFile): Seq[String] = {
    val names = Seq.newBuilder[String]
    jar.stream().forEach { entry =>
      if (!entry.isDirectory) names += entry.getName
      ()
    }
    names.result()
  }

  private def content(jar: JarFile, name: String): Array[Byte] = {
    val in = jar.getInputStream(jar.getEntry(name))
    try in.readAllBytes()
    finally in.close()
  }

  /** Natives cannot be relocated, nor what they are bound to. */
  private def zstd(name: String): Boolean =
    name.startsWith("com/github/luben/zstd/") || name.contains("libzstd-jni-")

  test("every file has its place") {
    val odd = withJar(files).filterNot { name =>
      name.startsWith("dev/envelope/") || name.startsWith("META-INF/") || zstd(name)
    }
    assert(odd == Nil)
  }

  test("every package is ours or relocated") {
    val packages = withJar(files)
      .filter(_.endsWith(".class"))
      .map(_.split('/').dropRight(1).toSeq)
      .distinct
    assert(packages.filterNot(_.startsWith(Seq("dev", "envelope"))).map(_.take(4)).distinct ==
      Seq(Seq("com", "github", "luben", "zstd")))
    val relocated = packages.filter(_.startsWith(Seq("dev", "envelope", "shaded")))
    assert(relocated.map(_(3)).distinct.sorted == Seq(
      "arrow",
      "bouncycastle",
      "codec",
      "flatbuffers",
      "hash4j",
      "io",
      "jackson",
      "lettuce",
      "reactivestreams",
      "reactor",
      "redisauth"))
    val engine = packages.filter(_.startsWith(Seq("dev", "envelope", "flink")))
    assert(engine.map(_.drop(3).mkString(".")).sorted == Seq(
      "",
      "catalog",
      "lookup",
      "source",
      "source.enumerator",
      "source.reader",
      "source.split",
      "table",
      "types",
      "vector"))
  }

  test("Flink finds the connector, and no service outside of the bundle is named") {
    withJar { jar =>
      val services = files(jar).filter(_.startsWith("META-INF/services/"))
      val register = "META-INF/services/org.apache.flink.table.factories.Factory"
      assert(new String(content(jar, register), UTF_8).trim.split("\n").toSeq ==
        Seq(
          "dev.envelope.flink.table.EnvelopeDynamicTableFactory",
          "dev.envelope.flink.catalog.EnvelopeCatalogFactory"))
      for (service <- services; line <- new String(content(jar, service), UTF_8).split('\n')) {
        val provider = line.takeWhile(_ != '#').trim
        if (provider.nonEmpty)
          assert(jar.getEntry(provider.replace('.', '/') + ".class") != null, s"$service: $line")
      }
    }
  }

  test("our classes name only what Flink brings, and no class that was relocated") {
    // In class files names have slashes, in strings dots.
    val own = withJar(jar => files(jar)
      .filter(name => name.endsWith(".class") && name.startsWith("dev/envelope/") &&
        !name.startsWith("dev/envelope/shaded/"))
      .map(name => name -> new String(content(jar, name), ISO_8859_1)))
    assert(own.size > 100)
    def naming(part: String) =
      own.collect { case (name, bytes) if bytes.contains(part) => name }
    for (library <- Seq("sun/misc/Unsafe", "jdk/internal/", "io/netty/", "io/lettuce/", "reactor/", "com/fasterxml/",
        "com/dynatrace/", "org/bouncycastle/", "com/google/flatbuffers/", "scala/", "org/apache/spark/"))
      assert(naming("L" + library).diff(naming("shaded/" + library)) == Nil, library)
    assert(naming("Lorg/apache/arrow/") == Nil)
    assert(naming("dev/envelope/shaded/lettuce/").nonEmpty, "the store is inside")
    assert(naming("dev/envelope/shaded/arrow/").nonEmpty, "the test looks at the right thing")
  }

  test("every class is for Java 17 or below") {
    withJar { jar =>
      for (name <- files(jar) if name.endsWith(".class")) {
        val major = content(jar, name).slice(6, 8)
        assert((major(0) & 0xff) * 256 + (major(1) & 0xff) <= 61, name)
      }
    }
  }

  test("the licences of what is inside are inside") {
    val names = withJar(files)
    assert(names.contains("META-INF/NOTICE"))
    assert(names.contains("META-INF/LICENSE"))
    withJar { jar =>
      val others = new String(content(jar, "META-INF/LICENSES-of-libraries.txt"), UTF_8)
      assert(others.contains("Lettuce") && others.contains("Legion of the Bouncy Castle"))
    }
  }
}
