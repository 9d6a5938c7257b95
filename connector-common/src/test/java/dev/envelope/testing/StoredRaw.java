package dev.envelope.testing;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rewrites an entry whose buffers are compressed with zstd so that each is stored raw, behind a
 * length of -1 as the format has it. The rows stay the same, and every offset, index and view lies
 * open to be altered.
 */
public final class StoredRaw {
  private StoredRaw() {}

  /** The entry with raw buffers, signed. */
  public static EntryFile of(EntryFile entry) {
    byte[] arrow = entry.arrow();
    ByteBuffer from = ByteBuffer.wrap(arrow).order(ByteOrder.LITTLE_ENDIAN);
    ArrowSpots spots = ArrowSpots.of(arrow, 0);
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    int read = 0;
    byte[] footer = arrow.clone();
    ByteBuffer newFooter = ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN);
    // Messages lie in the order of the footer: dictionaries, then batches.
    for (ArrowSpots.Body body : spots.bodies()) {
      to.write(arrow, read, body.metadataAt() - read);
      spots.at(body.block() + ".offset").set(newFooter, to.size());
      byte[] metadata = Arrays.copyOfRange(arrow, 0, body.bodyAt());
      ByteBuffer newMetadata = ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN);
      ByteArrayOutputStream newBody = new ByteArrayOutputStream();
      for (int i = 0; spots.has(body.path() + ".buffers[" + i + "].offset"); i++) {
        ArrowSpots.Spot offset = spots.at(body.path() + ".buffers[" + i + "].offset");
        ArrowSpots.Spot length = spots.at(body.path() + ".buffers[" + i + "].length");
        int size = (int) length.get(from);
        int at = body.bodyAt() + (int) offset.get(from);
        offset.set(newMetadata, newBody.size());
        if (size > 0) {
          byte[] raw = raw(arrow, from.getLong(at), at, size);
          newBody.writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
          newBody.writeBytes(raw);
          length.set(newMetadata, 8 + raw.length);
        }
        while (newBody.size() % 8 != 0) {
          newBody.write(0);
        }
      }
      spots.at(body.path() + ".bodyLength").set(newMetadata, newBody.size());
      spots.at(body.block() + ".bodyLength").set(newFooter, newBody.size());
      to.write(metadata, body.metadataAt(), body.bodyAt() - body.metadataAt());
      to.writeBytes(newBody.toByteArray());
      read = body.bodyAt() + body.bodyLength();
    }
    to.write(footer, read, footer.length - read);
    return entry.withArrow(to.toByteArray());
  }

  private static byte[] raw(byte[] file, long claimed, int at, int size) {
    byte[] bytes = Arrays.copyOfRange(file, at + 8, at + size);
    return claimed == -1 ? bytes : Zstd.decompress(bytes, (int) claimed);
  }
}
