package dev.envelope.scan;

import dev.envelope.EnvelopeException;
import dev.envelope.entry.FrameHeader;
import dev.envelope.payload.PayloadKind;
import dev.envelope.store.EntryId;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What can be said of an entry, sound or not. Immutable.
 *
 * @param id which entry
 * @param bytes how long the stored value is; -1 where it could not be opened
 * @param expiresAt Unix seconds, 0 for never or not known
 * @param header what its frame or envelope says; null where none could be read
 * @param kind what its payload is; null where that could not be told
 * @param fields its columns; empty where they could not be found
 * @param batches rows and bytes of its batches; empty where they could not be found
 * @param problem why it cannot be read, or null where nothing speaks against it
 */
public record EntryReport(
    EntryId id,
    long bytes,
    long expiresAt,
    FrameHeader header,
    PayloadKind kind,
    List<Field> fields,
    List<PlannedEntry.PlannedBatch> batches,
    EnvelopeException problem) {

  /** A report of an entry that nobody has looked at. */
  public static EntryReport unseen(EntryId id) {
    return new EntryReport(id, -1, 0, null, null, List.of(), List.of(), null);
  }

  /** How many rows it has; -1 where that is not known. */
  public long rows() {
    return problem != null ? -1 : batches.stream().mapToLong(PlannedEntry.PlannedBatch::rows).sum();
  }

  /** Whether the payload is encrypted, as far as the header tells. */
  public boolean encrypted() {
    return header != null && header.encrypted();
  }

  /** Whether nothing was found that speaks against reading it. */
  public boolean readable() {
    return problem == null;
  }
}
