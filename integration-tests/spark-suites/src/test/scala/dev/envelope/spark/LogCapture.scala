package dev.envelope.spark

import java.util.concurrent.ConcurrentLinkedQueue

import org.apache.logging.log4j.{Level, LogManager}
import org.apache.logging.log4j.core.{Appender, LogEvent, Logger}
import org.apache.logging.log4j.core.appender.AbstractAppender
import org.apache.logging.log4j.core.config.{Configurator, Property}

/** What the connector logs while a body runs. */
object LogCapture {

  /** What the connector logs at any level, and everybody else from INFO on; none of it is shown. */
  def everything(body: => Unit): Seq[String] = {
    val root = LogManager.getRootLogger.asInstanceOf[Logger]
    val before = root.getLevel
    val console = root.getAppenders.values.toArray(Array.empty[Appender])
    console.foreach(root.removeAppender)
    Configurator.setRootLevel(Level.INFO)
    Configurator.setLevel("dev.envelope", Level.TRACE)
    try of(body)
    finally {
      Configurator.setLevel("dev.envelope", before)
      Configurator.setRootLevel(before)
      console.foreach(root.addAppender)
    }
  }

  def of(body: => Unit): Seq[String] = {
    val lines = new ConcurrentLinkedQueue[String]
    val appender = new AbstractAppender("capture", null, null, true, Array.empty[Property]) {
      override def append(event: LogEvent): Unit = {
        lines.add(s"${event.getLevel} ${event.getMessage.getFormattedMessage}")
        ()
      }
    }
    appender.start()
    val logger = LogManager.getRootLogger.asInstanceOf[Logger]
    logger.addAppender(appender)
    try body
    finally logger.removeAppender(appender)
    lines.toArray(Array.empty[String]).toSeq
  }
}
