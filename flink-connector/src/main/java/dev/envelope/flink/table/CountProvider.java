package dev.envelope.flink.table;

import java.util.List;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.connector.ProviderContext;
import org.apache.flink.table.connector.source.DataStreamScanProvider;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;

/**
 * The answer to {@code COUNT(*)}, known from the planning: one row.
 *
 * @param rows how many rows the table has
 */
record CountProvider(long rows) implements DataStreamScanProvider {
  @Override
  public DataStream<RowData> produceDataStream(
      ProviderContext context, StreamExecutionEnvironment environment) {
    DataStreamSource<RowData> stream =
        environment.fromData(
            List.<RowData>of(GenericRowData.of(rows)),
            InternalTypeInfo.ofFields(new BigIntType(false)));
    context.generateUid("envelope-count").ifPresent(stream::uid);
    return stream;
  }

  @Override
  public boolean isBounded() {
    return true;
  }
}
