package dev.envelope.scan;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.HttpSettings;
import dev.envelope.options.MemcachedSettings;
import dev.envelope.options.RedisSettings;
import dev.envelope.options.StoreSettings;
import dev.envelope.store.EntryId;
import dev.envelope.store.FileStoreLocation;
import dev.envelope.store.Store;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.http.HttpStoreLocation;
import dev.envelope.store.memcached.MemcachedStoreLocation;
import dev.envelope.store.redis.RedisStoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Which entries of which store the options ask for.
 *
 * @param location where they are
 * @param file the name of the only file, where the path is that of one
 * @param keys the keys that were named; empty for everything that the store lists
 */
record Selection(StoreLocation location, Optional<String> file, Optional<List<String>> keys) {

  /**
   * Reads the file of keys, where one was given, and looks whether the path is a file.
   *
   * @throws InvalidOptionException when one file is to be read and keys are given as well
   */
  static Selection of(EnvelopeOptions options) {
    Optional<List<String>> keys = options.readKeys();
    if (options.remote().isPresent()) {
      return new Selection(locationOf(options), Optional.empty(), keys);
    }
    Path path = options.path().orElseThrow();
    boolean single = single(path);
    if (single && keys.isPresent()) {
      throw new InvalidOptionException(
          "option 'path' names one file, so there is nothing to select by keys in it: name its"
              + " directory "
              + path.getParent()
              + " or leave the keys out");
    }
    return new Selection(
        locationOf(options),
        single ? Optional.of(path.getFileName().toString()) : Optional.empty(),
        keys);
  }

  private static boolean single(Path path) {
    return Files.isRegularFile(path) && path.getParent() != null;
  }

  /** Where the entries are. */
  static StoreLocation locationOf(EnvelopeOptions options) {
    if (options.remote().isEmpty()) {
      Path path = options.path().orElseThrow();
      Path directory = single(path) ? path.getParent() : path;
      return new FileStoreLocation(directory.toString(), options.fileAccess());
    }
    StoreSettings settings = options.remote().get();
    if (settings instanceof RedisSettings redis) {
      return new RedisStoreLocation(redis, options.keyPrefix(), options.keysPattern().orElse(null));
    }
    if (settings instanceof MemcachedSettings memcached) {
      return new MemcachedStoreLocation(memcached, options.keyPrefix());
    }
    return new HttpStoreLocation((HttpSettings) settings);
  }

  /** Whether each entry was asked for by name, so that a missing one is missed. */
  boolean named() {
    return file.isPresent() || keys.isPresent();
  }

  /** The entries, in the order of the scan; whether they exist is not looked at. */
  List<EntryId> ids(Store store) {
    if (file.isPresent()) {
      return List.of(new EntryId(file.get(), null));
    }
    return keys.isPresent() ? keys.get().stream().map(store::entryOf).toList() : store.list();
  }
}
