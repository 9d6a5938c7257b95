package dev.envelope.store;

import dev.envelope.options.FileAccess;

/** The suite, where files are mapped. */
final class MappedFilesSuiteTest extends FileStoreSuite {
  @Override
  FileAccess access() {
    return FileAccess.MAP;
  }
}
