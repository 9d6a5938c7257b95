/**
 * Entries in a Memcached: its text protocol, of which only commands that read are sent, and where
 * cachekit's client puts a key.
 */
package dev.envelope.store.memcached;
