package dev.envelope.flink.lookup;

import dev.envelope.flink.source.SourceSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.source.LookupTableSource.LookupRuntimeProvider;
import org.apache.flink.table.connector.source.lookup.AsyncLookupFunctionProvider;
import org.apache.flink.table.connector.source.lookup.LookupFunctionProvider;
import org.apache.flink.table.connector.source.lookup.LookupOptions;
import org.apache.flink.table.connector.source.lookup.LookupOptions.LookupCacheType;
import org.apache.flink.table.connector.source.lookup.PartialCachingAsyncLookupProvider;
import org.apache.flink.table.connector.source.lookup.PartialCachingLookupProvider;
import org.apache.flink.table.connector.source.lookup.cache.DefaultLookupCache;
import org.apache.flink.table.connector.source.lookup.cache.LookupCache;
import org.apache.flink.table.functions.AsyncLookupFunction;
import org.apache.flink.table.functions.LookupFunction;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/** Chooses how a join looks rows up. Stateless. */
public final class LookupProviders {
  /** How many rows a table in memory may have. */
  public static final ConfigOption<Long> MOST_ROWS =
      ConfigOptions.key("lookup.full-cache.max-rows")
          .longType()
          .defaultValue(10_000_000L)
          .withDescription("The most rows that a lookup join holds in the memory of each task.");

  /** How many entries are read at once. */
  public static final ConfigOption<Integer> THREADS =
      ConfigOptions.key("lookup.async.threads")
          .intType()
          .defaultValue(8)
          .withDescription(
              "How many entries each task of a lookup join reads at once by their key.");

  private static final Duration RELOAD = Duration.ofMinutes(1);

  /** Types whose values have no equality that a join could use. */
  private static final Set<LogicalTypeRoot> NO_KEYS =
      Set.of(
          LogicalTypeRoot.ARRAY,
          LogicalTypeRoot.MAP,
          LogicalTypeRoot.MULTISET,
          LogicalTypeRoot.ROW);

  private LookupProviders() {}

  /** The options that lookups add to a table's. */
  public static Set<ConfigOption<?>> options() {
    return Set.of(
        LookupOptions.CACHE_TYPE,
        LookupOptions.PARTIAL_CACHE_MAX_ROWS,
        LookupOptions.PARTIAL_CACHE_EXPIRE_AFTER_WRITE,
        LookupOptions.PARTIAL_CACHE_EXPIRE_AFTER_ACCESS,
        LookupOptions.PARTIAL_CACHE_CACHE_MISSING_KEY,
        LookupOptions.FULL_CACHE_PERIODIC_RELOAD_INTERVAL,
        MOST_ROWS,
        THREADS);
  }

  /**
   * A way to look rows up: by the key of the entry where the join names that, and then by reading
   * it each time; else, or with {@code lookup.cache = FULL}, all rows are held in memory.
   *
   * @param config the table's options
   * @param keys the paths of the join's keys in a row
   * @throws ValidationException when rows cannot be compared by such keys, or not without memory
   */
  public static LookupRuntimeProvider of(
      SourceSettings source, ReadableConfig config, int[][] keys) {
    RowType rows = source.columns().rowType();
    List<Integer> places = new ArrayList<>();
    for (int[] path : keys) {
      if (path.length != 1 || NO_KEYS.contains(rows.getTypeAt(path[0]).getTypeRoot())) {
        throw new ValidationException(
            "rows cannot be looked up by the column '%s', which is %s %s; compare it behind the join"
                .formatted(
                    rows.getFieldNames().get(path[0]),
                    path.length == 1 ? "a" : "a field of a",
                    rows.getTypeAt(path[0]).asSummaryString()));
      }
      places.add(path[0]);
    }
    LookupSettings settings =
        new LookupSettings(
            source,
            places,
            config.getOptional(LookupOptions.FULL_CACHE_PERIODIC_RELOAD_INTERVAL).orElse(RELOAD),
            config.get(MOST_ROWS),
            Math.max(1, config.get(THREADS)));
    LookupCacheType cache = config.get(LookupOptions.CACHE_TYPE);
    boolean byKey = KeyedRows.keyPart(source, places) >= 0;
    if (cache == LookupCacheType.FULL || (!byKey && cache == LookupCacheType.NONE)) {
      return LookupFunctionProvider.of(new FullLookupFunction(settings));
    }
    if (!byKey) {
      throw new ValidationException(
          "'lookup.cache' = 'PARTIAL' needs a join on the metadata column 'key', by which single"
              + " entries are read; this join is on %s: use FULL, or leave it out"
                  .formatted(
                      Arrays.toString(places.stream().map(rows.getFieldNames()::get).toArray())));
    }
    LookupFunction sync = new KeyedLookupFunction(settings);
    AsyncLookupFunction async = new AsyncKeyedLookupFunction(settings);
    return cache == LookupCacheType.PARTIAL
        ? new Cached(sync, async, DefaultLookupCache.fromConfig(config))
        : new Uncached(sync, async);
  }

  private record Uncached(LookupFunction sync, AsyncLookupFunction async)
      implements LookupFunctionProvider, AsyncLookupFunctionProvider {
    @Override
    public LookupFunction createLookupFunction() {
      return sync;
    }

    @Override
    public AsyncLookupFunction createAsyncLookupFunction() {
      return async;
    }
  }

  private record Cached(LookupFunction sync, AsyncLookupFunction async, LookupCache cache)
      implements PartialCachingLookupProvider, PartialCachingAsyncLookupProvider {
    @Override
    public LookupFunction createLookupFunction() {
      return sync;
    }

    @Override
    public AsyncLookupFunction createAsyncLookupFunction() {
      return async;
    }

    @Override
    public LookupCache getCache() {
      return cache;
    }
  }
}
