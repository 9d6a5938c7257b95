package dev.envelope.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All options of the connector, for every engine.
 *
 * <p>The one place where an option is described: parsing, error messages, {@code docs/options.md}
 * and the engines' own option types all come from here. Immutable.
 */
public final class OptionTable {
  static final String V0_1 = "0.1.0";

  /** The directory of a file cache, or one of its files. */
  public static final Option<Path> PATH =
      Option.unset(
          "path",
          new LocalPathType("directory"),
          V0_1,
          "The directory of a file cache (cachekit's `CACHEKIT_FILE_CACHE_DIR`), or one file in it,"
              + " which every executor must see under this path. Either this or `url` is required. A relative path counts from the"
              + " working directory of the program that plans the query.");

  /** A store over a network. */
  public static final Option<StoreUrl> URL =
      Option.unset(
          "url",
          new StoreUrlType(),
          V0_1,
          "The store to read, in the place of `path`. A Redis (or Valkey): `redis://host:6379/0`,"
              + " `rediss://` with TLS, `redis-socket:///path` for a Unix socket,"
              + " `redis-sentinel://host:26379/0#master`; several seeds of a cluster or several"
              + " sentinels with commas between them. It may hold `user:password@`, which is"
              + " never shown. A Memcached: `memcached://host:11211`, all its servers with commas"
              + " between them. The hosted HTTP API: `https://api.cachekit.io` (`http://` only"
              + " where nobody can listen). Where neither `url` nor `path` is given, the"
              + " environment of the program that plans the query is looked into: one of"
              + " `CACHEKIT_API_KEY` (with `CACHEKIT_API_URL`), `CACHEKIT_REDIS_URL` and"
              + " `CACHEKIT_MEMCACHED_SERVERS` (with `CACHEKIT_MEMCACHED_KEY_PREFIX`), else"
              + " `REDIS_URL`.");

  /** One key. */
  public static final Option<String> KEY =
      Option.unset(
          "key",
          new TextType("text"),
          V0_1,
          "Reads the entry under this cache key, taken as it is. Without `key`, `keys` and"
              + " `key-file` every entry of a directory is read; only one of the three may be"
              + " given. From a Redis nothing is read unless one of them, or `keys-pattern`, or"
              + " `namespace` and `function`, says what; a Memcached and the HTTP API cannot list"
              + " their keys, so that one of the three is needed.");

  /** Several keys. */
  public static final Option<List<String>> KEYS =
      Option.unset(
          "keys",
          new KeyListType(),
          V0_1,
          "Reads the entries under these cache keys: a JSON array of strings (`[\"a\",\"b\"]`), or one"
              + " key per line, or, on a single line, keys with commas between them. A key with a"
              + " comma or with blanks at its ends needs the JSON form. A key that is named twice is"
              + " read once.");

  /** A file of keys. */
  public static final Option<Path> KEY_FILE =
      Option.unset(
          "key-file",
          new LocalPathType("file"),
          V0_1,
          "Reads the entries whose cache keys stand in this UTF-8 text file, one on each line; blank"
              + " lines and blanks around keys do not count. Only the program that plans the query"
              + " reads the file.");

  /** Map files or read them. */
  public static final Option<FileAccess> FILE_ACCESS =
      Option.withDefault(
          "file-access",
          ChoiceType.of(FileAccess.class),
          "map",
          V0_1,
          "`map` maps each file and copies nothing. `read` copies it into off-heap memory first: for"
              + " a directory in which other programs may cut off or overwrite files in place."
              + " cachekit itself replaces whole files, which is safe to map.");

  /** Compare checksums or not. */
  public static final Option<Integrity> INTEGRITY =
      Option.withDefault(
          "integrity",
          ChoiceType.of(Integrity.class),
          "verify",
          V0_1,
          "`verify` compares the checksum of an entry, over all its bytes, before any of its rows is"
              + " handed out. `skip` checks the structure only, so that a query for a few columns"
              + " touches only their bytes; values that were altered go unnoticed.");

  /** How bytes come to a task. */
  public static final Option<ReadMode> READ_MODE =
      Option.withDefault(
          "read-mode",
          ChoiceType.of(ReadMode.class),
          "verified",
          V0_1,
          "`verified` pulls an entry whole and compares its checksum before any of its rows is handed"
              + " out. `streaming` pulls one record batch after the other and holds three at most; the"
              + " checksum is compared before the last batch is handed out, and a mismatch fails the"
              + " task, whose earlier rows are out by then. `projected` pulls the bytes of the wanted"
              + " columns only, and compares no checksum. See [read modes](read-modes.md).");

  /** Several tasks for one entry or not. */
  public static final Option<Split> SPLIT =
      Option.withDefault(
          "split",
          ChoiceType.of(Split.class),
          "auto",
          V0_1,
          "Whether an entry larger than `split-size` is read by several tasks, each some of its record"
              + " batches. `auto` does so where no executor pulls more than its tasks read: files,"
              + " `projected`, and `streaming` with `integrity` = `skip`. `always` also splits verified"
              + " entries, which then every executor with a task on them pulls whole. `never` makes one"
              + " task of each entry.");

  /** Whose entries. */
  public static final Option<String> TENANT =
      Option.unset(
          "tenant",
          new TextType("text"),
          V0_1,
          "The tenant whose entries are read. In a Redis `t:TENANT:` is put in front of keys and"
              + " patterns, and left out where keys are shown; cachekit's decorator writes under the"
              + " tenant `default` where it was told no other one. Without this option keys are taken"
              + " as they are, and with `format = interop` too. Encrypted entries of other tenants are"
              + " refused, but for those under `t:default:`, which are of any tenant.");

  /** What stored values are taken for. */
  public static final Option<EntryFormat> FORMAT =
      Option.withDefault(
          "format",
          ChoiceType.of(EntryFormat.class),
          "auto",
          V0_1,
          "What the stored values are. `auto`: what cachekit writes, told by header and bytes."
              + " `interop`: documents of cachekit's interop mode, which have no header and must be"
              + " named as such. `raw`: nobody looks into the payload; each entry is one row with its"
              + " bytes in the column `value`.");

  /** Rows or entries. */
  public static final Option<View> VIEW =
      Option.withDefault(
          "view",
          ChoiceType.of(View.class),
          "rows",
          V0_1,
          "What a row of the table is: a row of an entry, or, with `entries`, an entry: key, length,"
              + " expiry, serializer, kind, rows, and why it cannot be read. Then no entry makes the"
              + " query fail.");

  /** One schema out of several. */
  public static final Option<Boolean> MERGE_SCHEMA =
      Option.withDefault(
          "merge-schema",
          ChoiceType.ofBoolean(),
          "false",
          V0_1,
          "`true` looks at every entry when the query is planned and reads the columns of them all;"
              + " an entry without a column gives nulls for it. `false` takes the columns from one"
              + " entry.");

  /** How many rows decide on types. */
  public static final Option<Integer> INFER_ROWS =
      Option.withDefault(
          "infer-rows",
          new CountType(1, Integer.MAX_VALUE),
          "100000",
          V0_1,
          "How many rows of a MessagePack or JSON entry, from the first on, decide on its columns and"
              + " their types. A later row that does not fit them fails the query. See"
              + " [kinds](kinds.md).");

  /** What nanoseconds become. */
  public static final Option<TimestampMode> TIMESTAMPS =
      Option.withDefault(
          "timestamps",
          ChoiceType.of(TimestampMode.class),
          "micros",
          V0_1,
          "What timestamps in nanoseconds become: with `micros` timestamps of the engine, without"
              + " the digits below a microsecond; with `nanos` whole numbers (`BIGINT`) of"
              + " nanoseconds since 1970-01-01 00:00 UTC, with nothing lost.");

  /** What to do without an entry. */
  public static final Option<OnError> ON_MISSING =
      Option.withDefault(
          "on-missing",
          ChoiceType.of(OnError.class),
          "fail",
          V0_1,
          "What to do about an entry that was asked for and is not there: never written, expired or"
              + " deleted. `skip` reads the other entries.");

  /** What to do with a broken entry. */
  public static final Option<OnError> ON_CORRUPT =
      Option.withDefault(
          "on-corrupt",
          ChoiceType.of(OnError.class),
          "fail",
          V0_1,
          "What to do about an entry that is cut off, altered or not an entry at all. `skip` reads"
              + " the other entries.");

  /** How much work a task gets. */
  public static final Option<Long> SPLIT_SIZE =
      Option.withDefault(
          "split-size",
          new ByteSizeType(1, false),
          "128m",
          V0_1,
          "How many bytes one task is to read, about. A larger entry is split between its record"
              + " batches, so that several cores share it.");

  /** How much off-heap memory there is. */
  public static final Option<Long> MEMORY_LIMIT =
      Option.withDefault(
          "memory-limit",
          new ByteSizeType(1, true),
          "unlimited",
          V0_1,
          "The most off-heap memory that the connector may hold in one JVM, over all its tasks. A"
              + " task that needs more fails at once; it does not wait. Mapped files do not count.");

  /** How long unused regions stay. */
  public static final Option<Duration> REGION_LINGER =
      Option.withDefault(
          "region-linger",
          new DurationType(),
          "10s",
          V0_1,
          "How long the bytes of an entry stay in off-heap memory after the last task that used"
              + " them, so that the next task of the same executor need not read them again. Only"
              + " for entries that are copied (from a server, or with `file-access` = `read`); `0s` keeps nothing.");

  /** How much unused regions may hold. */
  public static final Option<Long> REGION_LINGER_SIZE =
      Option.withDefault(
          "region-linger-size",
          new ByteSizeType(0, false),
          "512m",
          V0_1,
          "The most off-heap memory that entries without a task may hold while they linger, in one"
              + " JVM; beyond that the longest unused ones go first.");

  /** The options that users have. Comes after the constants that it lists. */
  static final OptionTable STANDARD = new OptionTable(standard());

  private final Map<String, Option<?>> byName = new LinkedHashMap<>();

  OptionTable(Collection<Option<?>> options) {
    for (Option<?> option : options) {
      if (byName.put(option.name(), option) != null) {
        throw new IllegalArgumentException("option '" + option.name() + "' is in the table twice");
      }
    }
  }

  private static List<Option<?>> standard() {
    List<Option<?>> options = new ArrayList<>();
    options.addAll(List.of(PATH, URL, KEY, KEYS, KEY_FILE, MERGE_SCHEMA, INFER_ROWS, TIMESTAMPS));
    options.addAll(List.of(ON_MISSING, ON_CORRUPT, INTEGRITY, READ_MODE, FILE_ACCESS));
    options.addAll(List.of(TENANT, FORMAT, VIEW));
    options.addAll(KeyOptions.ALL);
    options.addAll(List.of(SPLIT_SIZE, SPLIT, MEMORY_LIMIT, REGION_LINGER, REGION_LINGER_SIZE));
    options.addAll(RedisOptions.ALL);
    options.addAll(MemcachedOptions.ALL);
    options.addAll(HttpOptions.ALL);
    return options;
  }

  /** Every option that users have, in the order of the documentation. */
  public static Collection<Option<?>> all() {
    return STANDARD.options();
  }

  Collection<Option<?>> options() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** The option of exactly this name. */
  Optional<Option<?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
