/** What a payload is made of, and how each kind becomes Arrow batches. */
package dev.envelope.payload;
