package dev.envelope.bench.worker;

/** What a worker with Flink in it can be asked of a table. */
public enum FlinkQuery {
  /** The sum of 20 columns in a stream, without a table. */
  STREAM_SUM_ALL(null),

  /** The same in SQL. */
  SUM_ALL(sums(20)),

  /** The sum of the first column. */
  SUM_ONE(sums(1)),

  /** A sum for each of 1,000 strings. */
  GROUP_BY_STRING("SELECT s, SUM(v) FROM t GROUP BY s");

  private final String sql;

  FlinkQuery(String sql) {
    this.sql = sql;
  }

  /** The query over a table {@code t}; null where it is none. */
  public String sql() {
    return sql;
  }

  private static String sums(int columns) {
    StringBuilder query = new StringBuilder("SELECT SUM(c0)");
    for (int i = 1; i < columns; i++) {
      query.append(", SUM(c").append(i).append(')');
    }
    return query.append(" FROM t").toString();
  }
}
