package dev.envelope.spark;

import dev.envelope.scan.ScanTask;
import org.apache.spark.sql.connector.read.InputPartition;

/**
 * What one Spark task reads.
 *
 * @param task which batches of which entries
 * @param columns how Spark wants their columns
 */
record EnvelopePartition(ScanTask task, ReadColumns columns) implements InputPartition {
  private static final long serialVersionUID = 1L;
}
