package dev.envelope.spark.listing;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryInspector;
import dev.envelope.store.EntryId;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/** A listing: each task looks at some of the entries. */
final class EntriesScan implements Scan, Batch {
  /** So that the serial form of a task stays below what Spark warns of (1 MB). */
  private static final int MOST_ENTRIES = 5000;

  private final EnvelopeOptions options;
  private final StructType required;

  EntriesScan(EnvelopeOptions options, StructType required) {
    this.options = options;
    this.required = required;
  }

  @Override
  public StructType readSchema() {
    return required;
  }

  @Override
  public String description() {
    return "envelope entries of " + options.place() + " columns=" + List.of(required.fieldNames());
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    EntryInspector.Listing listing = EntryInspector.Listing.of(options);
    int cores = Math.max(1, SparkContext.getOrCreate().defaultParallelism());
    int each = Math.max(1, Math.min(MOST_ENTRIES, (listing.ids().size() + cores - 1) / cores));
    List<InputPartition> partitions = new ArrayList<>();
    for (int from = 0; from < listing.ids().size(); from += each) {
      int to = Math.min(listing.ids().size(), from + each);
      List<EntryId> ids = List.copyOf(listing.ids().subList(from, to));
      partitions.add(new EntriesPartition(listing.location(), options, ids, required));
    }
    return partitions.toArray(new InputPartition[0]);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new ReaderFactory();
  }

  private static final class ReaderFactory implements PartitionReaderFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return new EntriesReader((EntriesPartition) partition);
    }
  }
}
