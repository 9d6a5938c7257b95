package dev.envelope.bench.flink;

import dev.envelope.bench.worker.FlinkQuery;
import dev.envelope.bench.worker.FlinkRows;
import dev.envelope.bench.worker.Request;
import dev.envelope.flink.source.EnvelopeSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.core.fs.Path;
import org.apache.flink.formats.parquet.ParquetColumnarRowInputFormat;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.Row;

/** Adds a query over entries or Parquet files to a job. */
final class Tables {
  private static final int COLUMNS = 20;

  /** What Flink's SQL takes. */
  private static final int PARQUET_BATCH = 2048;

  private Tables() {}

  /** The 20 columns as a stream, summed up. */
  static void stream(StreamExecutionEnvironment job, Request.AskFlink ask) {
    RowType type =
        RowType.of(
            IntStream.range(0, COLUMNS).mapToObj(i -> new DoubleType()).toArray(LogicalType[]::new),
            IntStream.range(0, COLUMNS).mapToObj(i -> "c" + i).toArray(String[]::new));
    Source<RowData, ?, ?> source = ask.rows() == FlinkRows.PARQUET ? parquet(ask, type) : ours(ask);
    DataStream<RowData> rows =
        job.fromSource(source, WatermarkStrategy.noWatermarks(), "rows", InternalTypeInfo.of(type));
    if (ask.rows() == FlinkRows.ENVELOPE_COPIED) {
      rows = rows.map(Tables::copied).returns(InternalTypeInfo.of(type));
    }
    rows.transform("sum", Types.DOUBLE, new SumOperator<>(Tables::sum));
  }

  private static Source<RowData, ?, ?> ours(Request.AskFlink ask) {
    return EnvelopeSource.builder().options(options(ask)).build();
  }

  private static Source<RowData, ?, ?> parquet(Request.AskFlink ask, RowType type) {
    var format =
        new ParquetColumnarRowInputFormat<FileSourceSplit>(
            new org.apache.hadoop.conf.Configuration(),
            type,
            InternalTypeInfo.of(type),
            PARQUET_BATCH,
            false,
            true);
    return FileSource.forBulkFileFormat(format, new Path(ask.path())).build();
  }

  private static double sum(RowData row) {
    double sum = 0;
    for (int i = 0; i < COLUMNS; i++) {
      sum += row.getDouble(i);
    }
    return sum;
  }

  private static RowData copied(RowData row) {
    GenericRowData copy = new GenericRowData(COLUMNS);
    for (int i = 0; i < COLUMNS; i++) {
      copy.setField(i, row.getDouble(i));
    }
    return copy;
  }

  /** A query in SQL, all numbers of its answer summed up. */
  static void sql(StreamExecutionEnvironment job, ClassLoader loader, Request.AskFlink ask) {
    StreamTableEnvironment tables =
        StreamTableEnvironment.create(
            job, EnvironmentSettings.newInstance().inBatchMode().withClassLoader(loader).build());
    Map<String, String> with = new LinkedHashMap<>(options(ask));
    if (ask.rows() == FlinkRows.PARQUET) {
      with.put("connector", "filesystem");
      with.put("format", "parquet");
    } else {
      with.put("connector", "envelope");
    }
    String settings =
        with.entrySet().stream()
            .map(one -> "'" + one.getKey() + "' = '" + one.getValue() + "'")
            .collect(Collectors.joining(", "));
    String columns =
        ask.query() == FlinkQuery.GROUP_BY_STRING
            ? "s STRING, v DOUBLE"
            : String.join(", ", doubles());
    tables.executeSql("CREATE TEMPORARY TABLE t (" + columns + ") WITH (" + settings + ")");
    tables
        .toDataStream(tables.sqlQuery(ask.query().sql()))
        .transform("sum", Types.DOUBLE, new SumOperator<>(Tables::digest));
  }

  private static double digest(Row row) {
    double sum = 0;
    for (int i = 0; i < row.getArity(); i++) {
      sum += row.getField(i) instanceof Number number ? number.doubleValue() : 0;
    }
    return sum;
  }

  private static List<String> doubles() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < COLUMNS; i++) {
      columns.add("c" + i + " DOUBLE");
    }
    return columns;
  }

  private static Map<String, String> options(Request.AskFlink ask) {
    Map<String, String> options = new LinkedHashMap<>(ask.options());
    if (!ask.path().isEmpty()) {
      options.put("path", ask.path());
    }
    return options;
  }
}
