package dev.envelope.scan;

import dev.envelope.store.EntryId;

/**
 * An entry that was left out because the options say so.
 *
 * @param id which entry
 * @param reason why, as the error would have said
 */
public record SkippedEntry(EntryId id, String reason) {}
