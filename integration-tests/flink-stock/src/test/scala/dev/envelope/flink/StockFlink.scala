package dev.envelope.flink

import java.lang.ProcessBuilder.Redirect
import java.net.{InetAddress, ServerSocket, URI}
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import java.nio.file.{Files, Path, Paths}
import java.util.concurrent.TimeUnit

import scala.jdk.CollectionConverters._
import scala.util.Try

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}

/**
 * A standalone cluster from stock scripts with the stock configuration, apart from ports. Every
 * process is a child of this one and is stopped by its id.
 *
 * @param home what `fetch-flink` put together
 * @param directory for logs and statements
 */
final class StockFlink(home: Path, directory: Path) extends AutoCloseable {
  private val ports = {
    val sockets = Seq.fill(3)(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")))
    try sockets.map(_.getLocalPort)
    finally sockets.foreach(_.close())
  }
  private val Seq(rpcPort, restPort, blobPort) = ports
  private val http = HttpClient.newHttpClient()
  private val settings = Seq(
    s"jobmanager.rpc.port=$rpcPort",
    s"rest.port=$restPort",
    s"rest.bind-port=$restPort",
    "rest.bind-address=127.0.0.1",
    s"blob.server.port=$blobPort",
    s"io.tmp.dirs=$directory")
  private var processes = Map.empty[String, Process]

  start("jobmanager", "jobmanager.sh", "start-foreground")

  /** Starts a task manager, which is called so. */
  def startTaskManager(name: String): Unit =
    start(
      name,
      "taskmanager.sh",
      "start-foreground",
      "-D",
      s"taskmanager.resource-id=$name",
      // A lost one is noticed in seconds.
      "-D",
      "heartbeat.interval=1000")

  private def start(name: String, script: String, arguments: String*): Unit =
    processes += name -> run(name, script, arguments ++ settings.flatMap(Seq("-D", _)))

  private def run(name: String, script: String, arguments: Seq[String]): Process = {
    val builder =
      new ProcessBuilder((home.resolve("bin").resolve(script).toString +: arguments).asJava)
    val environment = builder.environment()
    // A Flink of the caller's is another one.
    Seq("FLINK_HOME", "FLINK_CONF_DIR", "FLINK_PLUGINS_DIR", "HADOOP_CLASSPATH")
      .foreach(environment.remove)
    environment.put("FLINK_LOG_DIR", directory.toString)
    // So that a collection takes all that memory pressure would: the JDK keeps what it knows of
    // classes that were serialized for as long as there is room.
    environment.put("JVM_ARGS", "-XX:SoftRefLRUPolicyMSPerMB=0")
    environment.put("JAVA_HOME", System.getProperty("java.home"))
    builder.directory(directory.toFile)
    builder.redirectErrorStream(true)
    builder.redirectOutput(Redirect.appendTo(log(name).toFile))
    builder.start()
  }

  private def log(name: String): Path = directory.resolve(s"$name.out")

  /** The last lines of what a process said. */
  def tail(name: String): String =
    Files.readAllLines(log(name)).asScala.takeRight(60).mkString("\n")

  /** Kills a process without a word of warning. */
  def kill(name: String): Unit = {
    val process = processes(name)
    process.destroyForcibly().waitFor()
    processes -= name
  }

  /** How many class loaders of jobs a process has, after a collection of garbage. */
  def jobLoaders(name: String): Int = {
    jcmd(name, "GC.run")
    jcmd(name, "VM.classloader_stats").linesIterator.count(_.contains("ChildFirstClassLoader"))
  }

  /** The lines of a dump of all threads that name one. */
  def threads(name: String): Seq[String] =
    jcmd(name, "Thread.print").linesIterator.filter(_.startsWith("\"")).toSeq

  private def jcmd(name: String, command: String): String = {
    val jcmd = Paths.get(System.getProperty("java.home"), "bin", "jcmd").toString
    val asked = new ProcessBuilder(jcmd, processes(name).pid.toString, command)
      .redirectErrorStream(true)
      .start()
    new String(asked.getInputStream.readAllBytes())
  }

  /** What the cluster's REST interface answers; None while it does not. */
  def ask(path: String): Option[JsonNode] = Try {
    val request = HttpRequest.newBuilder(URI.create(s"http://127.0.0.1:$restPort$path")).build()
    new ObjectMapper().readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body)
  }.toOption

  /** Cancels all jobs that run. */
  def cancelAll(): Unit =
    for {
      overview <- ask("/jobs/overview")
      job <- overview.path("jobs").asScala if job.path("state").asText == "RUNNING"
    } {
      val cancel = URI.create(s"http://127.0.0.1:$restPort/jobs/${job.path("jid").asText}?mode=cancel")
      val patch = HttpRequest.newBuilder(cancel).method("PATCH", BodyPublishers.noBody()).build()
      val answer = http.send(patch, HttpResponse.BodyHandlers.ofString())
      assert(answer.statusCode == 202, answer.body)
    }

  /** Starts the SQL client on some statements. */
  def sql(name: String, jar: Path, statements: String): Process = {
    val file = Files.writeString(directory.resolve(s"$name.sql"), statements)
    Files.deleteIfExists(log(name))
    val process = run(
      name,
      "sql-client.sh",
      Seq("embedded", "-D", s"rest.port=$restPort", "-j", jar.toString, "-f", file.toString))
    processes += name -> process
    process
  }

  /** What the SQL client says to some statements. */
  def answer(name: String, jar: Path, statements: String): String = {
    val process = sql(name, jar, statements)
    if (!process.waitFor(120, TimeUnit.SECONDS)) throw new AssertionError(tail(name))
    Files.readString(log(name))
  }

  override def close(): Unit = processes.values.foreach { process =>
    process.destroy()
    if (!process.waitFor(20, TimeUnit.SECONDS)) process.destroyForcibly().waitFor()
  }
}
