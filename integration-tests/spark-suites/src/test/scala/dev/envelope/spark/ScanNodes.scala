package dev.envelope.spark

import org.apache.spark.sql.DataFrame
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanHelper
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec

/** The scans in the plan of a query, and their metrics once it has run. */
object ScanNodes extends AdaptiveSparkPlanHelper {
  def of(frame: DataFrame): Seq[BatchScanExec] =
    collect(frame.queryExecution.executedPlan) { case scan: BatchScanExec => scan }

  def only(frame: DataFrame): BatchScanExec = {
    val Seq(scan) = of(frame)
    scan
  }

  /** How many tasks the only scan of a query takes. */
  def tasks(frame: DataFrame): Int = only(frame).executeColumnar().getNumPartitions

  /** The sum of a metric over the tasks of the only scan of a query. */
  def metric(frame: DataFrame, name: String): Long = only(frame).metrics(name).value
}
