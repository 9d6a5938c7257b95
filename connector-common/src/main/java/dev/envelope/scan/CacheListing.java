package dev.envelope.scan;

import dev.envelope.InvalidOptionException;
import dev.envelope.entry.FunctionName;
import dev.envelope.entry.KeyForm;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.Option;
import dev.envelope.options.RedisOptions;
import dev.envelope.store.EntryId;
import dev.envelope.store.Store;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a cache holds, by the names in its keys: namespaces, and in them the functions that
 * cachekit's decorator caches. Every question asks the store anew; a Redis looks at all its keys
 * for it, in small steps. Keys are looked at as they come and not kept. Immutable.
 *
 * <p>Only a store that keeps keys has such names. Any other, and one of which the options select
 * some entries, is one table.
 */
public final class CacheListing {
  private static final Logger LOG = LoggerFactory.getLogger(CacheListing.class);

  private final Map<String, String> given;
  private final boolean named;
  private final EnvelopeOptions options;

  private CacheListing(Map<String, String> given, boolean named, EnvelopeOptions options) {
    this.given = given;
    this.named = named;
    this.options = options;
  }

  /**
   * The listing of the store that options lead to. No store is asked yet.
   *
   * @param given names and values of options; of those that select entries none need be given
   * @throws InvalidOptionException when an option is wrong
   */
  public static CacheListing of(Map<String, String> given) {
    Map<String, String> own = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    boolean named = EnvelopeOptions.lackSelection(own);
    return new CacheListing(
        own, named, EnvelopeOptions.parse(named ? with(own, RedisOptions.KEYS_PATTERN, "*") : own));
  }

  private static Map<String, String> with(
      Map<String, String> given, Option<?> option, String value) {
    Map<String, String> more = new LinkedHashMap<>(given);
    more.put(option.name(), value);
    return more;
  }

  /** Whether there are functions to be told apart; otherwise there is one table. */
  public boolean named() {
    return named;
  }

  /** The options of all entries together. */
  public EnvelopeOptions options() {
    return options;
  }

  /**
   * The options that select the entries of a function, with those that were given.
   *
   * @param function one that {@link KeyForm#canBe(FunctionName) can be}
   */
  public Map<String, String> optionsOf(FunctionName function) {
    Map<String, String> own = with(given, RedisOptions.FUNCTION, function.name());
    return function.namespace() == null
        ? own
        : with(own, RedisOptions.NAMESPACE, function.namespace());
  }

  /**
   * All functions. Where there is none, but keys that seem to be of a tenant, the log says so.
   *
   * @throws dev.envelope.StoreException when the store cannot be listed
   */
  public NavigableSet<FunctionName> functions() {
    NavigableSet<FunctionName> functions = new TreeSet<>();
    AtomicBoolean tenants = new AtomicBoolean();
    visit(
        options,
        id ->
            KeyForm.functionOf(id.label())
                .ifPresentOrElse(
                    functions::add,
                    () -> {
                      if (!tenants.get()
                          && KeyForm.withoutTenant(id.label())
                              .flatMap(KeyForm::functionOf)
                              .isPresent()) {
                        tenants.set(true);
                      }
                    }));
    if (functions.isEmpty() && tenants.get()) {
      LOG.warn(
          "No key in {} is of a function, but some are with a tenant in front: give option 'tenant'"
              + " (cachekit's own is '{}')",
          options.place(),
          KeyForm.NO_TENANT);
    }
    return functions;
  }

  /**
   * The functions of one namespace.
   *
   * @param namespace the namespace, or null for the functions that have none
   * @throws dev.envelope.StoreException when the store cannot be listed
   */
  public NavigableSet<String> functionsIn(String namespace) {
    NavigableSet<String> functions = new TreeSet<>();
    // Of a namespace that cannot be there is no key, and no pattern either.
    if (namespace == null || KeyForm.canBe(new FunctionName(namespace, "f"))) {
      Map<String, String> some =
          namespace == null
              ? with(given, RedisOptions.KEYS_PATTERN, "func:*")
              : with(given, RedisOptions.NAMESPACE, namespace);
      visit(
          EnvelopeOptions.parse(some),
          id ->
              KeyForm.functionOf(id.label())
                  .filter(
                      function ->
                          namespace == null
                              ? function.namespace() == null
                              : namespace.equals(function.namespace()))
                  .ifPresent(function -> functions.add(function.name())));
    }
    return functions;
  }

  /**
   * Whether there is a key of a function.
   *
   * @throws dev.envelope.StoreException when the store cannot be listed
   */
  public boolean has(FunctionName function) {
    AtomicBoolean found = new AtomicBoolean();
    if (KeyForm.canBe(function)) {
      visit(
          EnvelopeOptions.parse(optionsOf(function)),
          id -> {
            if (KeyForm.functionOf(id.label()).filter(function::equals).isPresent()) {
              found.set(true);
            }
          });
    }
    return found.get();
  }

  private static void visit(EnvelopeOptions options, Consumer<EntryId> visitor) {
    try (Store store = Selection.locationOf(options).open(ScanMetrics.ofThisJvm().traffic())) {
      store.forEach(visitor);
    }
  }

  /** Where the entries are, without secrets. */
  @Override
  public String toString() {
    return "listing of " + options.place();
  }
}
