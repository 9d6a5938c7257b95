/** The Spark adapter. */
package dev.envelope.spark;
