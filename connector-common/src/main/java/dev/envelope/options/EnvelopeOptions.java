package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one read was asked to do: the values of all options, checked by themselves and against each
 * other.
 *
 * <p>Immutable and safe to share between threads. Two are equal when every option has the same
 * value, whether it was given or is the default. Serializable, secrets included, for the way to
 * executors; paths arrive there as the absolute paths that they were where the options were parsed.
 */
public final class EnvelopeOptions implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The serial form: text, because the types of the values need not be serializable. */
  private final TreeMap<String, String> texts;

  private final transient ParsedOptions values;
  private final transient StoreChoice store;

  private EnvelopeOptions(ParsedOptions values) {
    this.values = values;
    this.texts = new TreeMap<>(values.texts());
    this.store = new StoreChoice(values);
    store.check();
    refuseModes();
    refuseKeys();
  }

  /** Parses options of which the engine added none by itself. */
  public static EnvelopeOptions parse(Map<String, String> given) {
    return parse(given, Set.of());
  }

  /**
   * Parses what a user gave. No file is touched; the environment is looked into for a store where
   * neither {@code path} nor {@code url} is given.
   *
   * @param given names and values; names are taken in any case
   * @param ignoredByEngine names that the engine adds to every source and that mean nothing here,
   *     in any case; names of options count even when they are in this set
   * @throws InvalidOptionException if a name is not an option, a value is not allowed, options
   *     clash or a required one is missing; the message says what to give
   */
  public static EnvelopeOptions parse(Map<String, String> given, Set<String> ignoredByEngine) {
    return parse(given, ignoredByEngine, System.getenv());
  }

  static EnvelopeOptions parse(
      Map<String, String> given, Set<String> ignoredByEngine, Map<String, String> environment) {
    return new EnvelopeOptions(
        ParsedOptions.parse(
            OptionTable.STANDARD, StoreEnvironment.added(given, environment), ignoredByEngine));
  }

  /**
   * Whether options lead to a store that lists its keys, and do not say which of its entries are
   * meant, so that {@link #parse(Map)} would refuse them. The environment is looked into as there.
   *
   * @throws InvalidOptionException if a name is not an option, or a value is not allowed
   */
  public static boolean lackSelection(Map<String, String> given) {
    ParsedOptions values =
        ParsedOptions.parse(
            OptionTable.STANDARD, StoreEnvironment.added(given, System.getenv()), Set.of());
    return new StoreChoice(values).lacksSelection();
  }

  /** The directory of the file cache, absolute; empty where a server is read. */
  public Optional<Path> path() {
    return values.find(OptionTable.PATH);
  }

  private void refuseKeys() {
    List<String> ways = new ArrayList<>();
    for (Option<?> option :
        List.of(KeyOptions.MASTER_KEY, KeyOptions.MASTER_KEY_FILE, KeyOptions.PROVIDER)) {
      if (values.isGiven(option)) {
        ways.add("'" + option + "'");
      }
    }
    if (ways.size() > 1) {
      throw new InvalidOptionException(
          "options %s cannot be given together: each says where the master keys are; give one"
              .formatted(String.join(" and ", ways)));
    }
    if (values.isGiven(KeyOptions.PREVIOUS_MASTER_KEYS) && !values.isGiven(KeyOptions.MASTER_KEY)) {
      throw new InvalidOptionException(
          "option 'previous-master-key-secrets' goes with 'master-key-secret'; give that too, or all"
              + " keys by 'master-key-secret-file'");
    }
  }

  private void refuseModes() {
    if (readMode() == ReadMode.PROJECTED
        && values.isGiven(OptionTable.INTEGRITY)
        && integrity() == Integrity.VERIFY) {
      throw new InvalidOptionException(
          "option 'read-mode' = projected reads some of an entry's bytes, and 'integrity' = verify"
              + " compares a checksum over all of them; leave one out");
    }
    if (readMode() == ReadMode.STREAMING && onCorrupt() == OnError.SKIP) {
      throw new InvalidOptionException(
          "option 'read-mode' = streaming hands rows out before it knows whether the entry is sound,"
              + " so 'on-corrupt' = skip cannot leave it out; use read-mode = verified");
    }
    if (readMode() == ReadMode.STREAMING
        && integrity() == Integrity.VERIFY
        && split() == Split.ALWAYS) {
      throw new InvalidOptionException(
          "option 'split' = always gives a task some of an entry's batches, and 'read-mode' ="
              + " streaming compares the checksum over all of them; add integrity = skip, or leave"
              + " 'split' out");
    }
  }

  /** How the store is reached; empty where a file cache is read. */
  public Optional<StoreSettings> remote() {
    return store.remote();
  }

  /** Where the entries are, for messages: a path, or a URL without its secrets. */
  public String place() {
    return path().map(Path::toString).or(() -> remote().map(Object::toString)).orElseThrow();
  }

  /** What the store has in front of every key, of which the user need not know; may be empty. */
  public String keyPrefix() {
    return store.keyPrefix();
  }

  /** The glob that all keys to be read match, prefix included; empty where keys are named. */
  public Optional<String> keysPattern() {
    return store.pattern();
  }

  /**
   * The keys that were asked for by {@code key} or {@code keys}, each once and in the given order;
   * empty where neither was given. See {@link #readKeys()} for the ones in a file.
   */
  public Optional<List<String>> keys() {
    return values.find(OptionTable.KEY).map(List::of).or(() -> values.find(OptionTable.KEYS));
  }

  /**
   * The same options for one key alone: whatever says which entries to read is replaced, and an
   * entry that is not there is left out.
   */
  public EnvelopeOptions forKey(String key) {
    TreeMap<String, String> other = new TreeMap<>(texts);
    for (Option<?> selecting :
        List.of(
            OptionTable.KEYS,
            OptionTable.KEY_FILE,
            RedisOptions.KEYS_PATTERN,
            RedisOptions.NAMESPACE,
            RedisOptions.FUNCTION)) {
      other.remove(selecting.name());
    }
    other.put(OptionTable.KEY.name(), key);
    other.put(OptionTable.ON_MISSING.name(), "skip");
    return parse(other);
  }

  /** The file that the keys are to be read from, absolute. */
  public Optional<Path> keyFile() {
    return values.find(OptionTable.KEY_FILE);
  }

  /**
   * The keys that were asked for, wherever they stand; empty when all entries were asked for. Reads
   * {@link #keyFile()} on every call, so it is for the planner and not for executors.
   *
   * @throws InvalidOptionException if the file cannot be read, is not UTF-8 or holds no key
   */
  public Optional<List<String>> readKeys() {
    return keyFile().map(KeyFile::read).or(this::keys);
  }

  /** How files come into memory. */
  public FileAccess fileAccess() {
    return values.get(OptionTable.FILE_ACCESS);
  }

  /** What is checked before rows are handed out. */
  public Integrity integrity() {
    return values.get(OptionTable.INTEGRITY);
  }

  /** How bytes come to a task. */
  public ReadMode readMode() {
    return values.get(OptionTable.READ_MODE);
  }

  /** Whether checksums are compared: asked for, and possible as the bytes are read. */
  public boolean comparesChecksums() {
    return integrity() == Integrity.VERIFY && readMode() != ReadMode.PROJECTED;
  }

  /** Whether several tasks may read one entry. */
  public Split split() {
    return values.get(OptionTable.SPLIT);
  }

  /** Where master keys come from. */
  public KeySettings masterKeys() {
    return new KeySettings(
        values.find(KeyOptions.MASTER_KEY).orElse(null),
        values.find(KeyOptions.PREVIOUS_MASTER_KEYS).orElse(null),
        values.find(KeyOptions.MASTER_KEY_FILE).map(Path::toString).orElse(null),
        values.find(KeyOptions.PROVIDER).orElse(null));
  }

  /** Whether a reader with a master key takes entries that are not encrypted. */
  public boolean allowPlaintext() {
    return values.get(KeyOptions.ALLOW_PLAINTEXT);
  }

  /** The tenant whose entries are read, if it was named. */
  public Optional<String> tenant() {
    return values.find(OptionTable.TENANT);
  }

  /**
   * The tenant that encrypted documents of the interop mode are taken to be of, which nothing in
   * them says: as cachekit finds it, the one that was named, that of the deployment, or {@code
   * default}. Looks into the environment and the home directory of this process on every call.
   */
  public String interopTenant() {
    return tenant().orElseGet(DeploymentTenant::find);
  }

  /** What stored values are taken for. */
  public EntryFormat format() {
    return values.get(OptionTable.FORMAT);
  }

  /** What a row of the table is. */
  public View view() {
    return values.get(OptionTable.VIEW);
  }

  /** Whether the columns are those of all entries rather than those of one. */
  public boolean mergeSchema() {
    return values.get(OptionTable.MERGE_SCHEMA);
  }

  /** How many rows of a document decide on its columns and their types; at least 1. */
  public int inferRows() {
    return values.get(OptionTable.INFER_ROWS);
  }

  /** What timestamps in nanoseconds become. */
  public TimestampMode timestamps() {
    return values.get(OptionTable.TIMESTAMPS);
  }

  /** What to do about an entry that is not there. */
  public OnError onMissing() {
    return values.get(OptionTable.ON_MISSING);
  }

  /** What to do about an entry that is not sound. */
  public OnError onCorrupt() {
    return values.get(OptionTable.ON_CORRUPT);
  }

  /** How many bytes one task is to read, about; at least 1. */
  public long splitSize() {
    return values.get(OptionTable.SPLIT_SIZE);
  }

  /** The most off-heap bytes in one JVM, at least 1; {@link Long#MAX_VALUE} for no limit. */
  public long memoryLimit() {
    return values.get(OptionTable.MEMORY_LIMIT);
  }

  /** How long an unused region is kept; fits in a long of nanoseconds, 0 for not at all. */
  public Duration regionLinger() {
    return values.get(OptionTable.REGION_LINGER);
  }

  /** How many bytes unused regions may hold in one JVM; 0 for none. */
  public long regionLingerSize() {
    return values.get(OptionTable.REGION_LINGER_SIZE);
  }

  private Object readResolve() {
    return parse(texts);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EnvelopeOptions that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** The options that were given, with secrets masked and long values cut. */
  @Override
  public String toString() {
    return "EnvelopeOptions" + values;
  }
}
