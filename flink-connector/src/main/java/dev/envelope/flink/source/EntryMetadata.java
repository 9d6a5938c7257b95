package dev.envelope.flink.source;

import dev.envelope.flink.vector.ConstantColumnVector;
import dev.envelope.scan.PlannedEntry;
import dev.envelope.scan.TaskBatch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.columnar.vector.ColumnVector;
import org.apache.flink.table.types.DataType;

/**
 * What is known of the entry that a row comes from, as columns that are asked for by name: {@code
 * METADATA FROM 'key'} in SQL.
 */
@SuppressWarnings("ImmutableEnumChecker") // Flink's data types are immutable without saying so.
public enum EntryMetadata {
  /** The cache key; null where the store keeps none. */
  KEY("key", DataTypes.STRING().nullable()),
  /** The length of the stored value. */
  ENTRY_BYTES("entry-bytes", DataTypes.BIGINT().notNull()),
  /** The serializer that the header names; null of an entry without a header. */
  SERIALIZER("serializer", DataTypes.STRING().nullable()),
  /** When the entry expires; null for never. */
  EXPIRES_AT("expires-at", DataTypes.TIMESTAMP_LTZ(3).nullable()),
  /** The record batch in the entry, from 0. */
  BATCH("batch", DataTypes.INT().notNull());

  /** Flink counts the days of a timestamp in 32 bits. */
  private static final long MOST_SECONDS = Integer.MAX_VALUE * 86_400L;

  private final String key;
  private final DataType type;

  EntryMetadata(String key, DataType type) {
    this.key = key;
    this.type = type;
  }

  /** What the column is called in {@code METADATA FROM}. */
  public String key() {
    return key;
  }

  /** The type of the column. */
  public DataType type() {
    return type;
  }

  /** The column of a name. */
  public static Optional<EntryMetadata> of(String key) {
    return Arrays.stream(values()).filter(column -> column.key.equals(key)).findFirst();
  }

  /** All of them, by name, in a fixed order. */
  public static Map<String, DataType> types() {
    return Arrays.stream(values())
        .collect(
            Collectors.toMap(
                EntryMetadata::key, EntryMetadata::type, (a, b) -> a, LinkedHashMap::new));
  }

  /**
   * The value of the column in every row of a batch.
   *
   * @throws dev.envelope.EnvelopeException when a store that has to be asked for it cannot tell
   */
  ColumnVector vector(TaskBatch batch) {
    PlannedEntry entry = batch.entry();
    return switch (this) {
      case KEY -> ConstantColumnVector.of(entry.id().key());
      case ENTRY_BYTES -> ConstantColumnVector.of(entry.bytes());
      case SERIALIZER -> ConstantColumnVector.of(entry.serializer());
      case EXPIRES_AT -> ConstantColumnVector.of(expiry(batch.expiresAt()));
      case BATCH -> ConstantColumnVector.of(batch.index());
    };
  }

  /** An expiry that Flink cannot show is as good as none. */
  private static TimestampData expiry(long seconds) {
    return seconds > 0 && seconds <= MOST_SECONDS
        ? TimestampData.fromEpochMillis(seconds * 1000)
        : null;
  }
}
