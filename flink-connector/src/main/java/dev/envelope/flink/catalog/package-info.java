/** The catalog: a cache's namespaces and functions as databases and tables, with inferred types. */
package dev.envelope.flink.catalog;
