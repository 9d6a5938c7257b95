package dev.envelope.spark

import java.util.concurrent.ConcurrentLinkedQueue

import org.apache.logging.log4j.LogManager
import org.apache.logging.log4j.core.{LogEvent, Logger}
import org.apache.logging.log4j.core.appender.AbstractAppender
import org.apache.logging.log4j.core.config.Property

/** What the connector logs while a body runs. */
object LogCapture {
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
