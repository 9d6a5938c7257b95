package dev.envelope.bench.worker;

import static org.apache.spark.sql.functions.expr;

import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What is asked of a table. Every answer is a row or a thousand. */
public enum Query {
  /** Of a wide table. */
  SUM_ALL {
    @Override
    Dataset<Row> over(Dataset<Row> table) {
      return table.select(
          IntStream.range(0, 20).mapToObj(i -> expr("sum(c" + i + ")")).toArray(Column[]::new));
    }
  },

  /** Of a wide table. */
  SUM_ONE {
    @Override
    Dataset<Row> over(Dataset<Row> table) {
      return table.select(expr("sum(c7)"));
    }
  },

  /** Of a wide table. */
  SUM_TWO {
    @Override
    Dataset<Row> over(Dataset<Row> table) {
      return table.select(expr("sum(c3)"), expr("sum(c11)"));
    }
  },

  /** Of a wide table: one row of ten passes. */
  FILTER_NUMBER {
    @Override
    Dataset<Row> over(Dataset<Row> table) {
      return table.where("c3 >= 9000").select(expr("sum(c4)"));
    }
  },

  /** Of a table of text: one row of a thousand passes. */
  FILTER_TEXT {
    @Override
    Dataset<Row> over(Dataset<Row> table) {
      return table.where("s = 'customer-18500'").select(expr("sum(v)"));
    }
  },

  /** Of a table of text: a thousand groups. */
  GROUP_BY_TEXT {
    @Override
    Dataset<Row> over(Dataset<Row> table) {
      return table.groupBy("s").agg(expr("sum(v)"), expr("count(*)"));
    }
  };

  abstract Dataset<Row> over(Dataset<Row> table);
}
