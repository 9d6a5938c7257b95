/** What the types of an entry are called in Spark, and which of them widen into which. */
package dev.envelope.spark.types;
