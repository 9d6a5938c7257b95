package dev.envelope.spark.listing;

import dev.envelope.scan.EntryInspector;
import dev.envelope.scan.EntryInspector.Depth;
import dev.envelope.scan.EntryReport;
import dev.envelope.scan.ScanMetrics;
import dev.envelope.store.EntryId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;

/** Looks at the entries of a task one by one, as closely as the wanted columns need it. */
final class EntriesReader implements PartitionReader<InternalRow> {
  /** How many are announced at once to a store that is far away. */
  private static final int AHEAD = 250;

  private final List<EntryId> ids;
  private final List<EntryColumn> columns;
  private final Depth depth;
  private final EntryInspector inspector;
  private int next;
  private InternalRow current;

  EntriesReader(EntriesPartition partition) {
    this.ids = partition.ids();
    this.columns = Arrays.stream(partition.columns().fieldNames()).map(EntryColumn::named).toList();
    this.depth =
        columns.stream()
            .map(EntryColumn::depth)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder())
            .orElse(null);
    this.inspector =
        depth == null
            ? null
            : new EntryInspector(partition.location(), partition.options(), new ScanMetrics());
  }

  @Override
  public boolean next() {
    if (next == ids.size()) {
      return false;
    }
    EntryId id = ids.get(next);
    if (inspector != null && next % AHEAD == 0) {
      inspector.announce(ids.subList(next, Math.min(ids.size(), next + AHEAD)));
    }
    EntryReport report = inspector == null ? EntryReport.unseen(id) : inspector.inspect(id, depth);
    current = new GenericInternalRow(columns.stream().map(column -> column.of(report)).toArray());
    next++;
    return true;
  }

  @Override
  public InternalRow get() {
    return current;
  }

  @Override
  public void close() {
    if (inspector != null) {
      inspector.close();
    }
  }
}
