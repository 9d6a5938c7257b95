package dev.envelope.flink.source;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryFilter;
import dev.envelope.scan.ScanPlanner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Builds an {@link EnvelopeSource}: options as in every engine, and what to read. Not thread-safe.
 */
public final class EnvelopeSourceBuilder {
  private final Map<String, String> options = new HashMap<>();
  private final List<EntryMetadata> metadata = new ArrayList<>();
  private RowType declared;
  private List<String> selected;
  private Duration interval;
  private boolean notifications = true;

  EnvelopeSourceBuilder() {}

  /**
   * Sets an option, by the names of the connector's list of options, such as {@code path}, {@code
   * url} or {@code keys-pattern}.
   */
  public EnvelopeSourceBuilder option(String name, String value) {
    options.put(name.toLowerCase(Locale.ROOT), value);
    return this;
  }

  /** Sets several options. */
  public EnvelopeSourceBuilder options(Map<String, String> several) {
    several.forEach(this::option);
    return this;
  }

  /**
   * Names the columns and their types; entries need not have all of them. Without it they are
   * inferred from the entries when the source is built.
   *
   * @param rowType a {@code DataTypes.ROW} of the columns
   */
  public EnvelopeSourceBuilder rowType(DataType rowType) {
    if (!(rowType.getLogicalType() instanceof RowType row)) {
      throw new InvalidOptionException(
          "the type of the rows has to be a ROW of the columns, and this is " + rowType);
    }
    declared = row;
    return this;
  }

  /** Selects some of the inferred columns, in this order; only they are read. */
  public EnvelopeSourceBuilder columns(String... names) {
    selected = List.of(names);
    return this;
  }

  /** Adds columns with what is known of the entry that a row comes from, behind the others. */
  public EnvelopeSourceBuilder metadata(EntryMetadata... columns) {
    metadata.addAll(Arrays.asList(columns));
    return this;
  }

  /**
   * Reads for ever: looks for entries that are new or were written again, this often. A changed
   * entry is emitted whole once more. Without it the source ends after the entries that are there.
   */
  public EnvelopeSourceBuilder discoveryInterval(Duration every) {
    if (every.isNegative() || every.toMillis() == 0) {
      throw new InvalidOptionException(
          "the discovery interval has to be a millisecond at least, and this is " + every);
    }
    interval = every;
    return this;
  }

  /**
   * Whether a source that reads for ever looks earlier when the store tells of a write, as a Redis
   * with {@code notify-keyspace-events} does; it does unless told otherwise.
   */
  public EnvelopeSourceBuilder discoveryNotifications(boolean listen) {
    notifications = listen;
    return this;
  }

  /**
   * Builds the source; looks at the entries unless the type of the rows was given.
   *
   * @throws dev.envelope.EnvelopeException when an option is wrong or the entries cannot be looked
   *     at; see {@link ScanPlanner#plan}
   */
  public EnvelopeSource build() {
    EnvelopeOptions parsed = SourceOptions.parse(options, interval != null);
    if (declared != null && selected != null) {
      throw new InvalidOptionException(
          "both a type of the rows and names of columns were given: the type has the names, leave"
              + " columns(…) out");
    }
    RowType columns = declared != null ? declared : inferred(parsed);
    return new EnvelopeSource(
        new SourceSettings(
            parsed,
            new ReadColumns(columns, metadata),
            declared != null,
            EntryFilter.ALL,
            Long.MAX_VALUE,
            interval == null ? null : new Discovery(interval, notifications)));
  }

  private RowType inferred(EnvelopeOptions parsed) {
    PlannedTable table = new PlannedTable(JobClasses.asking(() -> ScanPlanner.plan(parsed)));
    return selected == null ? table.rowType() : table.rowType(selected);
  }
}
