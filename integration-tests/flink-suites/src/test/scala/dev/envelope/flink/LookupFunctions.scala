package dev.envelope.flink

import java.util.concurrent.ConcurrentHashMap

import dev.envelope.flink.lookup.LookupProviders
import dev.envelope.flink.source.{ReadColumns, SourceOptions, SourceSettings}
import dev.envelope.scan.EntryFilter
import org.apache.flink.configuration.Configuration
import org.apache.flink.metrics.{Gauge, MetricGroup}
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider
import org.apache.flink.table.functions.{FunctionContext, LookupFunction}
import org.apache.flink.table.types.logical.{BigIntType, LogicalType, RowType}

/** Lookup functions as a task has them, without the task. */
object LookupFunctions {

  /** The gauges that a function registers. */
  final class Gauges extends UnregisteredMetricsGroup {
    private val gauges = new ConcurrentHashMap[String, Gauge[_]]

    override def addGroup(name: String): MetricGroup = this

    override def gauge[T, G <: Gauge[T]](name: String, gauge: G): G = {
      gauges.put(name, gauge)
      gauge
    }

    def value(name: String): Long = gauges.get(name).getValue.asInstanceOf[Long]
  }

  def context(metrics: MetricGroup): FunctionContext = new FunctionContext(null) {
    override def getMetricGroup: MetricGroup = metrics
  }

  /** A function that looks the column {@code n} of all entries up. */
  def full(options: java.util.Map[String, String], lookup: Configuration): LookupFunction = {
    val row = RowType.of(Array[LogicalType](new BigIntType), Array("n"))
    val settings = new SourceSettings(
      SourceOptions.parse(options, false),
      new ReadColumns(row, java.util.List.of()),
      true,
      EntryFilter.ALL,
      Long.MaxValue,
      null)
    LookupProviders
      .of(settings, lookup, Array(Array(0)))
      .asInstanceOf[LookupFunctionProvider]
      .createLookupFunction()
  }
}
