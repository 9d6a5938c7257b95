package dev.envelope.scan;

import org.apache.arrow.vector.types.pojo.Field;

/**
 * A column of the table that the entries make up.
 *
 * @param field its name and type; for a dictionary-encoded column the type of the values. Nullable
 *     when any batch has nulls in it, or any entry lacks it
 * @param origin the entry that the type comes from, for messages
 */
public record TableColumn(Field field, String origin) {}
