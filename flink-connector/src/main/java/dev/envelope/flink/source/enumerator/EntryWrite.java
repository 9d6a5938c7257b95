package dev.envelope.flink.source.enumerator;

import dev.envelope.entry.EntryVersion;
import dev.envelope.scan.PlannedEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * One write of one entry, as the first 128 bits of the SHA-256 of its name and version: so that to
 * remember a million of them takes no more than some dozen megabytes. No sender of entries can
 * forge two that are alike.
 *
 * @param high its first half
 * @param low its second half
 */
public record EntryWrite(long high, long low) {

  /** The write that the planner saw. */
  static EntryWrite of(PlannedEntry entry) {
    EntryVersion version = entry.version();
    MessageDigest digest = sha256();
    add(digest, entry.id().name());
    add(digest, Long.toString(version.length()));
    add(digest, version.header());
    add(digest, version.stamp());
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    return new EntryWrite(hash.getLong(), hash.getLong());
  }

  /** With its length, so that no two lists of texts look alike. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
