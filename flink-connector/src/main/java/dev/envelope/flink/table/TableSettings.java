package dev.envelope.flink.table;

import dev.envelope.flink.source.Discovery;
import dev.envelope.flink.source.EntryMetadata;
import dev.envelope.options.EnvelopeOptions;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.types.logical.RowType;

/**
 * What a table was declared as. Immutable.
 *
 * @param options which entries, and how to read them
 * @param physical the columns of the entries
 * @param metadata the metadata columns, by their names in the table
 * @param discovery how to look for new entries, or null for a table that ends
 * @param parallelism how many tasks read, or null to leave that to Flink
 * @param lookup the options of lookups among all others
 */
record TableSettings(
    EnvelopeOptions options,
    RowType physical,
    Map<String, EntryMetadata> metadata,
    Discovery discovery,
    Integer parallelism,
    ReadableConfig lookup) {

  TableSettings {
    metadata = Map.copyOf(metadata);
  }

  /** The metadata that a filter means: by the table's name for it, or by Flink's own. */
  Optional<EntryMetadata> metadataNamed(String column) {
    String prefix = "$metadata$";
    return column.startsWith(prefix)
        ? EntryMetadata.of(column.substring(prefix.length()))
        : Optional.ofNullable(metadata.get(column));
  }

  boolean bounded() {
    return discovery == null;
  }
}
