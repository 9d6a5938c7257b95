package dev.envelope.spark.listing;

import dev.envelope.scan.EntryInspector.Depth;
import dev.envelope.scan.EntryReport;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** The columns of the listing. */
@SuppressWarnings("ImmutableEnumChecker") // Spark's data types are immutable without saying so.
enum EntryColumn {
  KEY(
      DataTypes.StringType,
      null,
      "the cache key; null where the store keeps none",
      EntryColumn::key),
  NAME(
      DataTypes.StringType,
      null,
      "what the store calls the entry",
      report -> text(report.id().name())),
  BYTES(DataTypes.LongType, Depth.HEAD, "the length of the stored value", EntryColumn::bytes),
  EXPIRES_AT(
      DataTypes.TimestampType,
      Depth.HEAD,
      "when it expires; null for never, or where the store does not say",
      EntryColumn::expiresAt),
  SERIALIZER(
      DataTypes.StringType,
      Depth.TABLE,
      "the serializer named in the header",
      report -> report.header() == null ? null : text(report.header().serializer())),
  ENCRYPTED(
      DataTypes.BooleanType,
      Depth.TABLE,
      "whether the header says so; null without a header",
      report -> report.header() == null ? null : report.encrypted()),
  KIND(
      DataTypes.StringType,
      Depth.TABLE,
      "what the payload is",
      report -> report.kind() == null ? null : text(report.kind().label())),
  ROWS(
      DataTypes.LongType,
      Depth.TABLE,
      "how many rows it has; null where it cannot be read",
      report -> report.rows() < 0 ? null : report.rows()),
  READABLE(
      DataTypes.BooleanType,
      Depth.TABLE,
      "whether nothing speaks against reading it; checksums are not compared",
      EntryReport::readable),
  PROBLEM(
      DataTypes.StringType,
      Depth.TABLE,
      "why it cannot be read",
      report -> report.problem() == null ? null : text(report.problem().getMessage()));

  private final DataType type;
  private final Depth depth;
  private final String comment;
  private final Function<EntryReport, Object> value;

  EntryColumn(DataType type, Depth depth, String comment, Function<EntryReport, Object> value) {
    this.type = type;
    this.depth = depth;
    this.comment = comment;
    this.value = value;
  }

  /** All columns. */
  static StructType schema() {
    return new StructType(
        Arrays.stream(values()).map(EntryColumn::field).toArray(StructField[]::new));
  }

  private StructField field() {
    Metadata about = new MetadataBuilder().putString("comment", comment).build();
    return new StructField(columnName(), type, true, about);
  }

  private String columnName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The column of a name of the schema. */
  static EntryColumn named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** How closely an entry has to be looked at; null for not at all. */
  Depth depth() {
    return depth;
  }

  /** The column's value as Spark has it in rows. */
  Object of(EntryReport report) {
    return value.apply(report);
  }

  private static Object key(EntryReport report) {
    return text(report.id().key());
  }

  private static Object bytes(EntryReport report) {
    return report.bytes() < 0 ? null : report.bytes();
  }

  private static Object expiresAt(EntryReport report) {
    // An expiry beyond the year 290,000 is as good as none, and Spark cannot show it.
    boolean shown = report.expiresAt() > 0 && report.expiresAt() <= Long.MAX_VALUE / 1_000_000;
    return shown ? report.expiresAt() * 1_000_000 : null;
  }

  private static Object text(String value) {
    return value == null ? null : UTF8String.fromString(value);
  }
}
