/** Arrow IPC files as views: footer, schema, dictionaries and record batches. */
package dev.envelope.payload.arrow;
