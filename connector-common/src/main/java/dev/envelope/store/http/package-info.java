/** Entries behind cachekit's hosted HTTP API: one request an entry, with a bearer token. */
package dev.envelope.store.http;
