package dev.envelope.spark;

import dev.envelope.scan.PlannedEntry;
import dev.envelope.scan.TaskBatch;
import java.util.Optional;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.execution.vectorized.ConstantColumnVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.types.UTF8String;

/** The hidden columns: what is known of the entry that a row comes from. */
enum EntryMetadata implements MetadataColumn {
  KEY("_key", DataTypes.StringType, true, "The cache key; null where the store keeps none."),
  ENTRY_BYTES("_entry_bytes", DataTypes.LongType, false, "The length of the stored value."),
  SERIALIZER("_serializer", DataTypes.StringType, true, "The serializer named in the header."),
  EXPIRES_AT("_expires_at", DataTypes.TimestampType, true, "When it expires; null for never."),
  BATCH("_batch", DataTypes.IntegerType, false, "The record batch in the entry, from 0.");

  private final String name;
  private final DataType type;
  private final boolean nullable;
  private final String comment;

  EntryMetadata(String name, DataType type, boolean nullable, String comment) {
    this.name = name;
    this.type = type;
    this.nullable = nullable;
    this.comment = comment;
  }

  /** The hidden column of a name. */
  static Optional<EntryMetadata> named(String name) {
    for (EntryMetadata column : values()) {
      if (column.name.equalsIgnoreCase(name)) {
        return Optional.of(column);
      }
    }
    return Optional.empty();
  }

  @Override
  public DataType dataType() {
    return type;
  }

  @Override
  public boolean isNullable() {
    return nullable;
  }

  @Override
  public String comment() {
    return comment;
  }

  /** The column's value in every row of a batch. */
  ColumnVector vector(TaskBatch batch) {
    ConstantColumnVector vector = new ConstantColumnVector(batch.rowCount(), type);
    PlannedEntry entry = batch.entry();
    switch (this) {
      case KEY -> set(vector, entry.id().key());
      case ENTRY_BYTES -> vector.setLong(entry.bytes());
      case SERIALIZER -> set(vector, entry.serializer());
      case EXPIRES_AT -> {
        // An expiry beyond the year 290,000 is as good as none, and Spark cannot show it.
        if (entry.expiresAt() > 0 && entry.expiresAt() <= Long.MAX_VALUE / 1_000_000) {
          vector.setLong(entry.expiresAt() * 1_000_000);
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
}
