package dev.envelope.scan;

import dev.envelope.options.EntryFormat;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.KeySettings;

/**
 * What of the options decides on what an entry turns out to be: two queries share what was pulled
 * or learnt of an entry only where these agree.
 *
 * @param format what stored values are taken for
 * @param keys where master keys come from: who has none must not see what others decrypted
 * @param allowPlaintext whether entries that are not encrypted are taken beside a key
 * @param tenant whose encrypted entries are taken, or null for any
 */
record Reading(EntryFormat format, KeySettings keys, boolean allowPlaintext, String tenant) {
  static Reading of(EnvelopeOptions options) {
    return new Reading(
        options.format(),
        options.masterKeys(),
        options.allowPlaintext(),
        options.tenant().orElse(null));
  }
}
