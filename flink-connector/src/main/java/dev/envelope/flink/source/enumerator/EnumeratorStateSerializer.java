package dev.envelope.flink.source.enumerator;

import dev.envelope.flink.source.split.EnvelopeSplit;
import dev.envelope.flink.source.split.EnvelopeSplitSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** The enumerator's state in checkpoints; like splits, without secrets. Thread-safe. */
public final class EnumeratorStateSerializer implements SimpleVersionedSerializer<EnumeratorState> {
  private static final int VERSION = 1;
  private static final int FIRST_SIZE = 256;

  private final EnvelopeSplitSerializer splits;

  /** A serializer that leaves the splits to another one. */
  public EnumeratorStateSerializer(EnvelopeSplitSerializer splits) {
    this.splits = splits;
  }

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(EnumeratorState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(FIRST_SIZE);
    out.writeBoolean(state.planned());
    out.writeLong(state.nextSplit());
    out.writeInt(splits.getVersion());
    out.writeInt(state.pending().size());
    for (EnvelopeSplit split : state.pending()) {
      byte[] bytes = splits.serialize(split);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
    out.writeInt(state.seen().size());
    for (EntryWrite write : state.seen()) {
      out.writeLong(write.high());
      out.writeLong(write.low());
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public EnumeratorState deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "a state of form "
              + version
              + " cannot be read; this connector knows form "
              + VERSION
              + ": start the job without it, or with the connector that wrote it");
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    boolean planned = in.readBoolean();
    long nextSplit = in.readLong();
    int splitVersion = in.readInt();
    int count = length(in, Integer.BYTES);
    List<EnvelopeSplit> pending = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[length(in, 1)];
      in.readFully(bytes);
      pending.add(splits.deserialize(splitVersion, bytes));
    }
    int writes = length(in, 2 * Long.BYTES);
    Set<EntryWrite> seen = new HashSet<>();
    for (int i = 0; i < writes; i++) {
      seen.add(new EntryWrite(in.readLong(), in.readLong()));
    }
    if (in.available() > 0) {
      throw new IOException("there are bytes behind the state of the enumerator");
    }
    return new EnumeratorState(planned, nextSplit, pending, seen);
  }

  /** A count of things that take so many bytes each, at least. */
  private static int length(DataInputDeserializer in, int each) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available() / each) {
      throw new IOException("this is no state that the connector has written");
    }
    return length;
  }
}
