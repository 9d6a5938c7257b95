package dev.envelope.scan;

import dev.envelope.entry.EntryVersion;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.payload.PayloadKind;
import dev.envelope.scan.PlannedEntry.PlannedBatch;
import dev.envelope.store.EntryId;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.List;

/**
 * Tasks as bytes that outlive a program, as in a checkpoint. What says how to reach the store is
 * not in them, and so no secret: it is given again by the reader. Stateless.
 */
public final class TaskForm {
  /** The version of the form; a reader of later versions still reads this one. */
  public static final int VERSION = 1;

  private TaskForm() {}

  /** A task without its place and options. */
  public static byte[] write(ScanTask task) {
    FormWriter out = new FormWriter();
    out.list(task.columns(), FormWriter::text);
    out.flag(task.keyed());
    out.flag(task.begun());
    out.flag(task.table() != null);
    if (task.table() != null) {
      task.table().write(out);
    }
    out.list(task.slices(), TaskForm::write);
    return out.written();
  }

  private static void write(FormWriter out, EntrySlice slice) {
    PlannedEntry entry = slice.entry();
    out.text(entry.id().name());
    out.text(entry.id().key());
    out.flag(entry.seen());
    if (entry.seen()) {
      out.number(entry.version().length());
      out.text(entry.version().header());
      out.text(entry.version().stamp());
      out.text(entry.kind().name());
      out.text(entry.serializer());
      out.number(entry.expiresAt());
    }
    out.number(entry.bytes());
    out.list(
        entry.batches(),
        (to, batch) -> {
          to.number(batch.rows());
          to.number(batch.bytes());
        });
    out.number(slice.from());
    out.number(slice.to());
  }

  /**
   * A task of a scan with these options.
   *
   * @param version the {@link #VERSION} of what was written
   * @param options how to reach the store, which should be the one that the task was planned on
   * @throws IOException when the bytes are none that {@link #write} has written
   */
  public static ScanTask read(int version, byte[] written, EnvelopeOptions options)
      throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "a task of form " + version + " cannot be read; this connector knows form " + VERSION);
    }
    try {
      FormReader in = new FormReader(written);
      List<String> columns = in.list(FormReader::present);
      boolean keyed = in.flag();
      boolean begun = in.flag();
      TaskTable table = in.flag() ? TaskTable.read(in) : null;
      List<EntrySlice> slices = in.list(TaskForm::slice);
      if (!in.atEnd()) {
        throw new IOException("there are bytes behind the task");
      }
      return new ScanTask(
          Selection.locationOf(options), options, columns, slices, table, keyed, begun);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("this is no task that the connector has written", e);
    }
  }

  private static EntrySlice slice(FormReader in) {
    EntryId id = new EntryId(in.present(), in.text());
    EntryVersion version = null;
    PayloadKind kind = null;
    String serializer = null;
    long expiresAt = PlannedEntry.NOT_ASKED;
    if (in.flag()) {
      version = new EntryVersion(in.longNumber(), in.present(), in.present());
      kind = PayloadKind.valueOf(in.present());
      serializer = in.text();
      expiresAt = in.longNumber();
    }
    long bytes = in.longNumber();
    List<PlannedBatch> batches =
        in.list(from -> new PlannedBatch(from.longNumber(), from.longNumber()));
    PlannedEntry entry = new PlannedEntry(id, version, kind, bytes, serializer, expiresAt, batches);
    return new EntrySlice(entry, in.number(), in.number());
  }
}
