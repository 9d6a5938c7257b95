package dev.envelope.flink.vector;

import dev.envelope.payload.value.DictionaryIndices;
import org.apache.flink.table.data.columnar.vector.ColumnVector;

/** Values of a dictionary by their indices, of whatever width. */
final class DictionaryColumnVector extends IndirectColumnVector {
  private final DictionaryIndices indices;

  /**
   * A vector over a dictionary.
   *
   * @param values the dictionary, read as the wanted type
   */
  DictionaryColumnVector(DictionaryIndices indices, ColumnVector values) {
    super(values);
    this.indices = indices;
  }

  @Override
  int placeOf(int row) {
    return indices.at(row);
  }
}
