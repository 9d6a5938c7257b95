package dev.envelope.spark;

import dev.envelope.scan.PlannedEntry;
import dev.envelope.scan.TaskBatch;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** The hidden columns: what is known of the entry that a row comes from. */
@SuppressWarnings("ImmutableEnumChecker") // Spark's data types are immutable without saying so.
enum EntryMetadata {
  KEY("_key", DataTypes.StringType, true, "The cache key; null where the store keeps none."),
  ENTRY_BYTES("_entry_bytes", DataTypes.LongType, false, "The length of the stored value."),
  SERIALIZER("_serializer", DataTypes.StringType, true, "The serializer named in the header."),
  EXPIRES_AT("_expires_at", DataTypes.TimestampType, true, "When it expires; null for never."),
  BATCH("_batch", DataTypes.IntegerType, false, "The record batch in the entry, from 0.");

  private final HiddenColumn column;

  EntryMetadata(String name, DataType type, boolean nullable, String comment) {
    column = new HiddenColumn(name, type, nullable, comment);
  }

  /** The columns as Spark wants to know them. */
  static MetadataColumn[] columns() {
    return Arrays.stream(values()).map(hidden -> hidden.column).toArray(MetadataColumn[]::new);
  }

  /** The hidden column of a name. */
  static Optional<EntryMetadata> named(String name) {
    for (EntryMetadata hidden : values()) {
      if (hidden.column.name().equalsIgnoreCase(name)) {
        return Optional.of(hidden);
      }
    }
    return Optional.empty();
  }

  /** The column's value in every row of a batch. */
  ColumnVector vector(TaskBatch batch) {
    ConstantColumnVector vector = new ConstantColumnVector(batch.rowCount(), column.type());
    PlannedEntry entry = batch.entry();
    switch (this) {
      case KEY -> set(vector, entry.id().key());
      case ENTRY_BYTES -> vector.setLong(entry.bytes());
      case SERIALIZER -> set(vector, entry.serializer());
      case EXPIRES_AT -> {
        // An expiry beyond the year 290,000 is as good as none, and Spark cannot show it.
        long expiresAt = batch.expiresAt();
        if (expiresAt > 0 && expiresAt <= Long.MAX_VALUE / 1_000_000) {
          vector.setLong(expiresAt * 1_000_000);
        } else {
          vector.setNull();
        }
      }
      case BATCH -> vector.setInt(batch.index());
    }
    return vector;
  }

  private static void set(ConstantColumnVector vector, String text) {
    if (text == null) {
      vector.setNull();
    } else {
      vector.setUtf8String(UTF8String.fromString(text));
    }
  }

  /** A name of its own, because an enum's {@code name()} is taken. */
  private record HiddenColumn(String name, DataType type, boolean isNullable, String comment)
      implements MetadataColumn {
    @Override
    public DataType dataType() {
      return type;
    }
  }
}
