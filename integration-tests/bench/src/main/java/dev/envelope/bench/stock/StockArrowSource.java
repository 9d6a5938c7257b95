package dev.envelope.bench.stock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The connector that one writes in an afternoon: a task for each file, in which Arrow's {@code
 * ArrowFileReader} reads all columns into its own memory, and Spark's {@code ArrowColumnVector}s
 * over them. It verifies nothing.
 */
public final class StockArrowSource implements TableProvider {

  /** Made by Spark. */
  public StockArrowSource() {}

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    try (StockArrowReader reader = new StockArrowReader(files(options.get("path")).get(0))) {
      return ArrowUtils.fromArrowSchema(reader.schema());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new StockTable(schema, properties.get("path"));
  }

  private static List<Path> files(String directory) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(directory))) {
      found.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private record StockTable(StructType type, String path) implements SupportsRead {
    @Override
    public String name() {
      return "stock arrow " + path;
    }

    @Override
    @Deprecated
    public StructType schema() {
      return type;
    }

    @Override
    public Set<TableCapability> capabilities() {
      return Set.of(TableCapability.BATCH_READ);
    }

    @Override
    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return () -> new StockScan(type, path);
    }
  }

  private record StockScan(StructType readSchema, String path) implements Scan, Batch {
    @Override
    public Batch toBatch() {
      return this;
    }

    @Override
    public InputPartition[] planInputPartitions() {
      return files(path).stream()
          .map(file -> new StockFile(file.toString()))
          .toArray(InputPartition[]::new);
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
      return new StockReaderFactory();
    }
  }

  /**
   * What one task reads.
   *
   * @param file an entry's file
   */
  record StockFile(String file) implements InputPartition {}
}
