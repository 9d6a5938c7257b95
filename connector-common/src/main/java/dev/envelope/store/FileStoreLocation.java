package dev.envelope.store;

import dev.envelope.options.FileAccess;
import java.nio.file.Path;

/**
 * A directory of files, one an entry.
 *
 * @param directory the directory's absolute path
 * @param access whether entries are mapped or read
 */
public record FileStoreLocation(String directory, FileAccess access) implements StoreLocation {
  @Override
  public Store open(StoreTraffic traffic) {
    return new FileStore(Path.of(directory), access);
  }

  @Override
  public boolean mapped() {
    return access == FileAccess.MAP;
  }

  @Override
  public boolean local() {
    return true;
  }
}
