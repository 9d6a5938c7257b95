/** Payloads that nobody looks into. */
package dev.envelope.payload.raw;
