/** From options to batches: the plan that a driver makes, and the reader that a task runs. */
package dev.envelope.scan;
