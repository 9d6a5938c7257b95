/**
 * Entries in Redis (and Valkey): one string value each, read in ranges straight into off-heap
 * memory over connections of Lettuce.
 */
package dev.envelope.store.redis;
