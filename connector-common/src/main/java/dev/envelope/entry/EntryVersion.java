package dev.envelope.entry;

import java.io.Serializable;

/**
 * Tells two writes of one key apart: equal versions mean one and the same entry.
 *
 * <p>It is read off the entry's own bytes: how long the stored value is, its header, and the stamp
 * that the payload begins with (the stored checksum; encrypted, the nonce). Neither the time of a
 * file nor an entry's expiry is part of it, because readers refresh those all the time.
 *
 * @param length how long the stored value is
 * @param header the frame's header as written, one character a byte; empty for a legacy envelope
 * @param stamp the payload's first bytes in hexadecimal; for a payload without a stamp of its own,
 *     what the store knows of the write
 */
public record EntryVersion(long length, String header, String stamp) implements Serializable {}
