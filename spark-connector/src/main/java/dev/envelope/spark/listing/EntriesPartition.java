package dev.envelope.spark.listing;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.store.EntryId;
import dev.envelope.store.StoreLocation;
import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.types.StructType;

/** The entries that one task looks at, and what it is to tell of them. */
record EntriesPartition(
    StoreLocation location, EnvelopeOptions options, List<EntryId> ids, StructType columns)
    implements InputPartition {
  private static final long serialVersionUID = 1L;
}
