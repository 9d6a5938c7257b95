package dev.envelope.bench;

/** How entries, and the Parquet files that they are held against, are compressed. */
enum Codec {
  PLAIN("uncompressed"),
  ZSTD("zstd");

  private final String label;

  Codec(String label) {
    this.label = label;
  }

  /** Its name in results, which is Spark's as well. */
  String label() {
    return label;
  }
}
