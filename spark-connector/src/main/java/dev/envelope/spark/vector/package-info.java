/**
 * Arrow columns as Spark column vectors that read raw addresses.
 *
 * <p>One final class per physical layout, the same for columns with and without nulls: generated
 * code has one call site per column, and it stays fast as long as it sees no more than two classes.
 * A getter of a primitive reads the slot whatever the validity bit says, since Spark's bulk copies
 * of arrays do that before they set the nulls; a getter of an object returns null for a null slot.
 */
package dev.envelope.spark.vector;
