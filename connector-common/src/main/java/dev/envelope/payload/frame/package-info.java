/** pandas' Series and DataFrames as cachekit writes them without pyarrow. */
package dev.envelope.payload.frame;
