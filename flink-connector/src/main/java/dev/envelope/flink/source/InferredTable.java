package dev.envelope.flink.source;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.table.types.logical.RowType;

/**
 * What Flink can read of a table. Immutable.
 *
 * @param type the columns that it has types for
 * @param refused the others by name, and why, in their order
 */
public record InferredTable(RowType type, Map<String, String> refused) {
  /** Copies what it is given. */
  public InferredTable {
    refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
  }
}
