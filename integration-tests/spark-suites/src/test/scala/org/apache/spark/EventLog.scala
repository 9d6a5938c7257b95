package org.apache.spark

import java.nio.file.{Files, Path}

import org.apache.spark.scheduler.EventLoggingListener

/** What Spark's history server would be given; in Spark's package because the class is Spark's own. */
object EventLog {

  /** Runs a body, and gives what Spark wrote into its event log meanwhile, in a new directory. */
  def of(context: SparkContext, directory: Path)(body: => Unit): String = {
    val conf = context.getConf
      .set("spark.eventLog.compress", "false")
      .set("spark.eventLog.rolling.enabled", "false")
      .set("spark.eventLog.dir", directory.toUri.toString)
    val listener = new EventLoggingListener("suite", None, directory.toUri, conf)
    listener.start()
    context.addSparkListener(listener)
    try body
    finally {
      context.listenerBus.waitUntilEmpty()
      context.removeSparkListener(listener)
      listener.stop()
    }
    val files = Files.list(directory)
    try files.toArray.map(file => Files.readString(file.asInstanceOf[Path])).mkString
    finally files.close()
  }
}
