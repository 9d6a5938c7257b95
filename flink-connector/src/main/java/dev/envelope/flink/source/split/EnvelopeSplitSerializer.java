package dev.envelope.flink.source.split;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.TaskForm;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Splits in checkpoints. How to reach the store is not written, and so neither are passwords and
 * keys: after a restart the job's options say it. Thread-safe.
 */
public final class EnvelopeSplitSerializer implements SimpleVersionedSerializer<EnvelopeSplit> {
  private final EnvelopeOptions options;

  /** A serializer of the splits of a source with these options. */
  public EnvelopeSplitSerializer(EnvelopeOptions options) {
    this.options = options;
  }

  /** The version of the tasks: nothing else about a split is likely to change. */
  @Override
  public int getVersion() {
    return TaskForm.VERSION;
  }

  @Override
  public byte[] serialize(EnvelopeSplit split) {
    byte[] id = split.splitId().getBytes(StandardCharsets.UTF_8);
    byte[] task = TaskForm.write(split.task());
    return ByteBuffer.allocate(2 * Integer.BYTES + id.length + task.length)
        .putInt(split.rowsDone())
        .putInt(id.length)
        .put(id)
        .put(task)
        .array();
  }

  @Override
  public EnvelopeSplit deserialize(int version, byte[] serialized) throws IOException {
    try {
      ByteBuffer in = ByteBuffer.wrap(serialized);
      int rowsDone = in.getInt();
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] id = new byte[length];
      in.get(id);
      byte[] task = new byte[in.remaining()];
      in.get(task);
      return new EnvelopeSplit(
          new String(id, StandardCharsets.UTF_8), TaskForm.read(version, task, options), rowsDone);
    } catch (BufferUnderflowException e) {
      throw new IOException("this is no split that the connector has written", e);
    }
  }
}
