/**
 * Single values where they lie in memory, and what holds them: for the column vectors of all
 * engines.
 */
package dev.envelope.payload.value;
