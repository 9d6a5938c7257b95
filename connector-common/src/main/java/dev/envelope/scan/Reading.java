package dev.envelope.scan;

import dev.envelope.options.EntryFormat;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.KeySettings;
import dev.envelope.payload.document.DocumentOptions;
import dev.envelope.payload.document.MarkerRules;

/**
 * What of the options decides on what an entry turns out to be: two queries share what was pulled
 * or learnt of an entry only where these agree.
 *
 * @param format what stored values are taken for
 * @param keys where master keys come from: who has none must not see what others decrypted
 * @param allowPlaintext whether entries that are not encrypted are taken beside a key
 * @param tenant whose encrypted entries are taken, or null for any
 * @param inferRows how many rows decide on the types of a document
 * @param schemaGiven whether a user has named the columns
 */
record Reading(
    EntryFormat format,
    KeySettings keys,
    boolean allowPlaintext,
    String tenant,
    int inferRows,
    boolean schemaGiven) {
  static Reading of(EnvelopeOptions options, boolean schemaGiven) {
    return new Reading(
        options.format(),
        options.masterKeys(),
        options.allowPlaintext(),
        options.tenant().orElse(null),
        options.inferRows(),
        schemaGiven);
  }

  /** How documents become tables. */
  DocumentOptions documents() {
    MarkerRules rules = format == EntryFormat.INTEROP ? MarkerRules.INTEROP : MarkerRules.CACHEKIT;
    return new DocumentOptions(inferRows, rules, schemaGiven);
  }
}
