package dev.envelope.scan;

import dev.envelope.options.EntryFormat;
import dev.envelope.options.EnvelopeOptions;

/**
 * What of the options decides on what an entry turns out to be: two queries share what was pulled
 * or learnt of an entry only where these agree.
 *
 * @param format what stored values are taken for
 */
record Reading(EntryFormat format) {
  static Reading of(EnvelopeOptions options) {
    return new Reading(options.format());
  }
}
