package dev.envelope.store;

import dev.envelope.options.FileAccess;

/** The suite, where files are read. */
final class ReadFilesSuiteTest extends FileStoreSuite {
  @Override
  FileAccess access() {
    return FileAccess.READ;
  }
}
