/** {@code view = entries}: the cache as a table of its entries instead of their rows. */
package dev.envelope.spark.listing;
