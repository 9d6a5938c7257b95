package dev.envelope.bench.worker;

/** Who reads in Flink. */
public enum FlinkRows {
  /** The connector. */
  ENVELOPE,

  /** The connector, each row made into a {@code GenericRowData}. */
  ENVELOPE_COPIED,

  /** Flink's own files and Parquet. */
  PARQUET
}
