package dev.envelope.flink.lookup;

import dev.envelope.flink.source.EntryMetadata;
import dev.envelope.flink.source.SourceSettings;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.KeySelection;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;

/**
 * The rows of one entry at a time, read when its key is asked for. An entry that is not there, or
 * not in the table, has none. Thread-safe: each call reads for itself.
 */
final class KeyedRows {
  private final LookupSettings settings;
  private final KeySelection selection;

  /** Which part of the join's key is the entry's. */
  private final int keyPart;

  KeyedRows(LookupSettings settings) {
    this.settings = settings;
    this.selection = KeySelection.of(settings.source().options());
    this.keyPart = keyPart(settings.source(), settings.keys());
  }

  /** The place of the entry's key among a join's keys, or -1. */
  static int keyPart(SourceSettings source, List<Integer> keys) {
    int metadata = source.columns().metadata().indexOf(EntryMetadata.KEY);
    return metadata < 0 ? -1 : keys.indexOf(source.columns().paths().size() + metadata);
  }

  /**
   * The rows with a key.
   *
   * @throws dev.envelope.EnvelopeException when the entry cannot be read
   */
  List<RowData> of(RowData keyRow) {
    SourceSettings source = settings.source();
    RowKeys keys = new RowKeys(source.columns().rowType(), settings.keys());
    BinaryRowData wanted = keys.ofKey(keyRow);
    if (wanted == null) {
      return List.of();
    }
    String key = wanted.getString(keyPart).toString();
    if (!selection.contains(key)) {
      return List.of();
    }
    EnvelopeOptions options = source.options().forKey(key);
    ScanPlan plan = ScanPlanner.plan(options, source.typeGiven(), source.filter());
    List<RowData> rows = new ArrayList<>();
    new EntryRows(source)
        .read(
            plan,
            row -> {
              if (wanted.equals(keys.ofRow(row))) {
                rows.add(row);
              }
            });
    return rows;
  }
}
