package dev.envelope.store;

import dev.envelope.entry.FileHeader;
import dev.envelope.entry.FileName;
import dev.envelope.options.FileAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.io.TempDir;

/** A file cache does what every store does, whether its files are read or mapped. */
abstract class FileStoreSuite extends StoreSuite {
  @TempDir Path parent;

  abstract FileAccess access();

  private Path directory() {
    Path directory = parent.resolve("cache");
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String key, long expiry, byte[] value) {
    ByteBuffer file = ByteBuffer.allocate(FileHeader.LENGTH + value.length);
    file.put(new byte[] {'C', 'K', 1, 0, 0, 0}).putLong(expiry).put(value);
    try {
      // By renaming, as cachekit does it.
      Path written = Files.write(directory().resolve(".written"), file.array());
      Files.move(
          written, directory().resolve(FileName.of(key)), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void put(String key, byte[] value) {
    write(key, 0, value);
  }

  @Override
  protected void putExpired(String key, byte[] value) {
    write(key, 1, value);
  }

  @Override
  protected void remove(String key) {
    try {
      Files.delete(directory().resolve(FileName.of(key)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected void shutDown() {
    move("cache", "away");
  }

  @Override
  protected void startAgain() {
    move("away", "cache");
  }

  private void move(String from, String to) {
    try {
      Files.move(parent.resolve(from), parent.resolve(to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected StoreLocation location() {
    return new FileStoreLocation(directory().toString(), access());
  }
}
