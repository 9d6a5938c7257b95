package dev.envelope.bench.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/** A list of maps by msgpack-java's tree of values, and rows of Java objects made of that. */
final class UnpackedRows {
  private static final int HEADER_LENGTH_AT = 17;
  private static final int AROUND_HEADER = 14 + 7;

  private UnpackedRows() {}

  /** Reads an entry whose payload is plain MessagePack. The answer is the rows. */
  static Measured run(Path file) throws IOException {
    long start = System.nanoTime();
    byte[] entry = Files.readAllBytes(file);
    int payload = AROUND_HEADER + ByteBuffer.wrap(entry).getInt(HEADER_LENGTH_AT);
    List<Object[]> rows = new ArrayList<>();
    try (MessageUnpacker unpacker =
        MessagePack.newDefaultUnpacker(entry, payload, entry.length - payload)) {
      List<Value> names = null;
      for (Value element : unpacker.unpackValue().asArrayValue()) {
        Map<Value, Value> map = element.asMapValue().map();
        if (names == null) {
          names = map.keySet().stream().map(UnpackedRows::copy).toList();
        }
        Object[] row = new Object[names.size()];
        for (int i = 0; i < row.length; i++) {
          row[i] = plain(map.get(names.get(i)));
        }
        rows.add(row);
      }
    }
    return Job.measured(start, rows.size());
  }

  private static Value copy(Value name) {
    return ValueFactory.newString(name.asStringValue().asString());
  }

  private static Object plain(Value value) {
    return switch (value.getValueType()) {
      case INTEGER -> value.asIntegerValue().toLong();
      case FLOAT -> value.asFloatValue().toDouble();
      case BOOLEAN -> value.asBooleanValue().getBoolean();
      case STRING -> value.asStringValue().asString();
      default -> throw new IllegalArgumentException("a value is " + value.getValueType());
    };
  }
}
