/** What tests share: bundled entries to alter, and a reader that distrusts every batch. */
package dev.envelope.testing;
