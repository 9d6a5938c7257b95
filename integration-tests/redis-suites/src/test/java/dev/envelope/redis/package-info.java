/**
 * What is promised of entries in a Redis, held against real servers: from options to batches, as an
 * engine would, but without one.
 */
package dev.envelope.redis;
