package dev.envelope.spark

import java.nio.charset.StandardCharsets.{ISO_8859_1, UTF_8}
import java.util.jar.JarFile

import org.scalatest.funsuite.AnyFunSuite

/** The jar that users get holds our classes, relocated libraries, and nothing else. */
class BundleSuite extends AnyFunSuite {
  private val bundle = System.getProperty("envelope.bundle")

  private def withJar[T](body: JarFile => T): T = {
    val jar = new JarFile(bundle)
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

  test("every file has its place") {
    val odd = withJar(files).filterNot { name =>
      name.startsWith("dev/envelope/") || name.startsWith("META-INF/")
    }
    assert(odd == Nil)
  }

  test("every package is ours or relocated") {
    val packages = withJar(files)
      .filter(_.endsWith(".class"))
      .map(_.split('/').dropRight(1).toSeq)
      .distinct
    assert(packages.filterNot(_.startsWith(Seq("dev", "envelope"))) == Nil)
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
    val engine = packages.filter(_.startsWith(Seq("dev", "envelope", "spark")))
    assert(engine.map(_.drop(2).mkString(".")).sorted ==
      Seq("spark", "spark.listing", "spark.types", "spark.vector"))
  }

  test("Spark finds the source, and no service outside of the bundle is named") {
    withJar { jar =>
      val services = files(jar).filter(_.startsWith("META-INF/services/"))
      val register = "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister"
      assert(new String(content(jar, register), UTF_8).trim ==
        "dev.envelope.spark.EnvelopeDataSource")
      for (service <- services; line <- new String(content(jar, service), UTF_8).split('\n')) {
        val provider = line.takeWhile(_ != '#').trim
        if (provider.nonEmpty)
          assert(jar.getEntry(provider.replace('.', '/') + ".class") != null, s"$service: $line")
      }
    }
  }

  test("our classes name only what Spark brings, and no class that was relocated") {
    // In class files names have slashes, in strings dots.
    val own = withJar(jar => files(jar)
      .filter(name => name.endsWith(".class") && !name.startsWith("dev/envelope/shaded/"))
      .map(name => name -> new String(content(jar, name), ISO_8859_1)))
    assert(own.size > 100)
    def naming(part: String) =
      own.collect { case (name, bytes) if bytes.contains(part) => name }
    for (library <- Seq("sun/misc/Unsafe", "jdk/internal/", "io/netty/", "io/lettuce/", "reactor/", "com/fasterxml/",
        "com/dynatrace/", "org/bouncycastle/", "com/google/flatbuffers/", "scala/"))
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
