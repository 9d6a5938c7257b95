package dev.envelope.payload.document;

import dev.envelope.UnsupportedEntryException;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A place in a document whose values are asked for.
 *
 * @param path the names of the columns and fields on the way to it, for messages
 * @param wanted the field that its values become
 * @param shape what the rows that were looked at have there, or null where they have nothing
 * @param sampled how many rows were looked at
 * @param partial whether there are others
 * @param schemaGiven whether the user has named the columns
 */
record Place(
    String path, Field wanted, Shape shape, long sampled, boolean partial, boolean schemaGiven) {

  /** A place below this one. */
  Place below(String name, Field field, Shape below) {
    return new Place(path + "." + name, field, below, sampled, partial, schemaGiven);
  }

  /** The error for a value that the wanted type does not hold. */
  UnsupportedEntryException misfit(Cursor cursor, int kind) {
    String advice =
        partial && !schemaGiven
            ? "; its type comes from the first %d rows: raise infer-rows, or give a schema with a type that holds it"
                .formatted(sampled)
            : "; give a schema with a type that holds it, or string";
    return new UnsupportedEntryException(
        "column '%s' is read as %s, but row %d has %s there that it does not hold, at byte %d%s"
            .formatted(
                path,
                name(wanted.getType()),
                cursor.row(),
                Kind.name(kind),
                cursor.offset(),
                advice));
  }

  /** The error for a key that the rows that were looked at do not have. */
  UnsupportedEntryException unknownKey(Cursor cursor, String key) {
    return new UnsupportedEntryException(
        "row %d has a field '%s', at byte %d, that none of the first %d rows has: raise infer-rows, or give a schema"
            .formatted(
                cursor.row(), path.isEmpty() ? key : path + "." + key, cursor.offset(), sampled));
  }

  /** The error for a type that nothing in a document becomes. */
  UnsupportedEntryException unreadable() {
    return new UnsupportedEntryException(
        "column '%s' is asked for as %s, which values of documents are not read as; give a schema with another type"
            .formatted(path, name(wanted.getType())));
  }

  private static String name(ArrowType type) {
    return type.toString();
  }
}
