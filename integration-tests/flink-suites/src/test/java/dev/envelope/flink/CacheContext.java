package dev.envelope.flink;

import dev.envelope.flink.source.EnvelopeSource;
import dev.envelope.flink.source.EnvelopeSourceBuilder;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.testframe.external.ExternalSystemSplitDataWriter;
import org.apache.flink.connector.testframe.external.source.DataStreamSourceExternalContext;
import org.apache.flink.connector.testframe.external.source.TestingSourceSettings;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A file cache that a test of Flink's writes into: each write makes an entry of several batches.
 */
final class CacheContext implements DataStreamSourceExternalContext<RowData> {
  private static final DataType TYPE =
      DataTypes.ROW(
          DataTypes.FIELD("n", DataTypes.BIGINT()), DataTypes.FIELD("t", DataTypes.STRING()));

  private static final int BATCH_ROWS = 7;

  private final Path directory;
  private final AtomicInteger written = new AtomicInteger();

  CacheContext() {
    try {
      directory = Files.createTempDirectory("cache");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Source<RowData, ?, ?> createSource(TestingSourceSettings settings) {
    EnvelopeSourceBuilder source =
        EnvelopeSource.builder().option("path", directory.toString()).rowType(TYPE);
    return settings.getBoundedness() == Boundedness.BOUNDED
        ? source.build()
        : source.discoveryInterval(Duration.ofMillis(50)).build();
  }

  @Override
  public ExternalSystemSplitDataWriter<RowData> createSourceSplitDataWriter(
      TestingSourceSettings settings) {
    return new ExternalSystemSplitDataWriter<>() {
      @Override
      public void writeRecords(List<RowData> rows) {
        write("entry-" + written.getAndIncrement(), rows);
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }

  private void write(String key, List<RowData> rows) {
    Schema schema =
        new Schema(
            List.of(
                EntryWriter.field("n", new ArrowType.Int(64, true)),
                EntryWriter.field("t", ArrowType.Utf8.INSTANCE)));
    int batches = (rows.size() + BATCH_ROWS - 1) / BATCH_ROWS;
    new EntryWriter(directory)
        .table(
            key,
            schema,
            batches,
            (root, batch) -> {
              int from = batch * BATCH_ROWS;
              int count = Math.min(BATCH_ROWS, rows.size() - from);
              BigIntVector numbers = (BigIntVector) root.getVector("n");
              VarCharVector texts = (VarCharVector) root.getVector("t");
              numbers.allocateNew(count);
              texts.allocateNew(count);
              for (int i = 0; i < count; i++) {
                numbers.set(i, rows.get(from + i).getLong(0));
                texts.setSafe(
                    i, rows.get(from + i).getString(1).toString().getBytes(StandardCharsets.UTF_8));
              }
              root.setRowCount(count);
            });
  }

  @Override
  public List<RowData> generateTestData(TestingSourceSettings settings, int split, long seed) {
    RowDataSerializer serializer = new RowDataSerializer((RowType) TYPE.getLogicalType());
    Random random = new Random(seed);
    List<RowData> rows = new ArrayList<>();
    int count = 20 + random.nextInt(30);
    for (int i = 0; i < count; i++) {
      rows.add(
          serializer
              .toBinaryRow(
                  GenericRowData.of(
                      random.nextLong(), StringData.fromString("split " + split + " row " + i)))
              .copy());
    }
    return rows;
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of((RowType) TYPE.getLogicalType());
  }

  @Override
  public List<URL> getConnectorJarPaths() {
    return List.of();
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public String toString() {
    return "file cache";
  }
}
