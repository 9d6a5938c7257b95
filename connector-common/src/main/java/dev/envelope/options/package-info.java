/**
 * What a user can ask for: every option once, with its type, default, check and documentation.
 *
 * <p>{@link dev.envelope.options.OptionTable} lists the options, {@link
 * dev.envelope.options.EnvelopeOptions} is what becomes of the strings that a user gave. The
 * package knows no engine; each engine passes its map of strings and the names that it adds itself.
 */
package dev.envelope.options;
