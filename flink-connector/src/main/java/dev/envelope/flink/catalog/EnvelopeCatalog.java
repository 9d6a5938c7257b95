package dev.envelope.flink.catalog;

import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.entry.FunctionName;
import dev.envelope.entry.KeyForm;
import dev.envelope.flink.source.InferredTable;
import dev.envelope.flink.source.JobClasses;
import dev.envelope.flink.source.PlannedTable;
import dev.envelope.flink.source.SourceOptions;
import dev.envelope.flink.table.EnvelopeDynamicTableFactory;
import dev.envelope.options.OnError;
import dev.envelope.scan.CacheListing;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogDatabase;
import org.apache.flink.table.catalog.CatalogDatabaseImpl;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * A cache as a catalog: its namespaces are databases, and the functions in them tables, whose
 * columns come from the entries. A store that keeps no keys, and one of which the options select
 * some entries, is one table, {@value #ENTRIES}.
 *
 * <p>Every question asks the store anew, in the thread that asks; between questions nothing is
 * open. Thread-safe once it is opened. Errors of the store are a {@link CatalogException} with the
 * connector's own error as its cause. No secret is in a table's options; see {@link #getFactory()}.
 */
public final class EnvelopeCatalog extends ReadOnlyCatalog {
  /** The only table of a cache whose entries cannot be told apart by name. */
  static final String ENTRIES = "entries";

  /** Stands for any function where options are checked. */
  private static final FunctionName ANY = new FunctionName(null, "any");

  private final Map<String, String> given;
  private final StoreSecrets secrets;
  private volatile CacheListing listing;

  EnvelopeCatalog(String name, String defaultDatabase, Map<String, String> given) {
    super(name, defaultDatabase);
    this.given = Map.copyOf(given);
    this.secrets = new StoreSecrets(given);
  }

  /**
   * Checks the options. No store is asked.
   *
   * @throws InvalidOptionException when one is wrong, not as a {@link CatalogException}, which
   *     Flink would show with all options
   */
  @Override
  public void open() {
    CacheListing opened = CacheListing.of(given);
    // What means nothing in Flink is refused here, and not at the first table.
    var unused = SourceOptions.parse(opened.named() ? opened.optionsOf(ANY) : given, false);
    listing = opened;
  }

  @Override
  public void close() {
    listing = null;
  }

  private CacheListing listing() {
    CacheListing opened = listing;
    if (opened == null) {
      throw new IllegalStateException("catalog '" + getName() + "' is not open");
    }
    return opened;
  }

  /** Makes tables with the secrets that their options lack. */
  @Override
  public Optional<Factory> getFactory() {
    return Optional.of(new CatalogTableFactory(secrets));
  }

  @Override
  public List<String> listDatabases() {
    Set<String> names = new TreeSet<>();
    names.add(DatabaseNames.DEFAULT);
    if (listing().named()) {
      ask(() -> listing().functions())
          .forEach(function -> names.add(DatabaseNames.of(function.namespace())));
    }
    return List.copyOf(names);
  }

  @Override
  public boolean databaseExists(String database) {
    return database.equals(DatabaseNames.DEFAULT)
        || (listing().named() && !tables(database).isEmpty());
  }

  @Override
  public CatalogDatabase getDatabase(String database) throws DatabaseNotExistException {
    requireDatabase(database);
    String namespace = DatabaseNames.namespace(database);
    String comment =
        namespace != null
            ? "the functions of namespace '" + namespace + "'"
            : listing().named() ? "the functions without a namespace" : "the entries";
    return new CatalogDatabaseImpl(Map.of(), comment + " in " + listing().options().place());
  }

  @Override
  public List<String> listTables(String database) throws DatabaseNotExistException {
    List<String> tables = tables(database);
    if (tables.isEmpty() && !database.equals(DatabaseNames.DEFAULT)) {
      throw new DatabaseNotExistException(getName(), database);
    }
    return tables;
  }

  private List<String> tables(String database) {
    if (!listing().named()) {
      return database.equals(DatabaseNames.DEFAULT) ? List.of(ENTRIES) : List.of();
    }
    String namespace = DatabaseNames.namespace(database);
    return ask(() -> List.copyOf(listing().functionsIn(namespace)));
  }

  @Override
  public boolean tableExists(ObjectPath path) {
    if (!listing().named()) {
      return only(path);
    }
    return ask(() -> listing().has(function(path)));
  }

  private static boolean only(ObjectPath path) {
    return path.equals(new ObjectPath(DatabaseNames.DEFAULT, ENTRIES));
  }

  private static FunctionName function(ObjectPath path) {
    return new FunctionName(DatabaseNames.namespace(path.getDatabaseName()), path.getObjectName());
  }

  /** The table as its entries are now: the columns that Flink has types for. */
  @Override
  public CatalogBaseTable getTable(ObjectPath path) throws TableNotExistException {
    ScanPlan plan = plan(path);
    InferredTable inferred = ask(() -> new PlannedTable(plan).inferred());
    String comment = "entries of " + what(path) + " in " + plan.options().place();
    if (!inferred.refused().isEmpty()) {
      comment += "; left out: " + String.join("; ", inferred.refused().values());
    }
    Map<String, String> options = new LinkedHashMap<>();
    options.put(FactoryUtil.CONNECTOR.key(), EnvelopeDynamicTableFactory.IDENTIFIER);
    options.putAll(
        new StoreSecrets(listing().named() ? listing().optionsOf(function(path)) : given).open());
    return CatalogTable.newBuilder()
        .schema(Schema.newBuilder().fromRowDataType(DataTypes.of(inferred.type())).build())
        .comment(comment)
        .options(options)
        .build();
  }

  private String what(ObjectPath path) {
    return listing().named() ? "function " + path.getObjectName() : "the cache";
  }

  /** The plan of a table's entries, of which there is at least one if functions have names. */
  private ScanPlan plan(ObjectPath path) throws TableNotExistException {
    boolean named = listing().named();
    if (named ? !KeyForm.canBe(function(path)) : !only(path)) {
      throw new TableNotExistException(getName(), path);
    }
    Map<String, String> options = named ? listing().optionsOf(function(path)) : given;
    ScanPlan plan = ask(() -> ScanPlanner.plan(SourceOptions.parse(options, false)));
    if (named && plan.entries().isEmpty() && plan.skipped().isEmpty()) {
      throw new TableNotExistException(getName(), path);
    }
    return plan;
  }

  /** Rows where all entries were looked at and none can turn out to be left out; else unknown. */
  @Override
  public CatalogTableStatistics getTableStatistics(ObjectPath path) throws TableNotExistException {
    ScanPlan plan = plan(path);
    boolean exact = plan.unseen() == 0 && plan.options().onCorrupt() != OnError.SKIP;
    return new CatalogTableStatistics(
        exact ? plan.rows() : CatalogTableStatistics.UNKNOWN.getRowCount(),
        plan.entries().size(),
        plan.bytes(),
        CatalogTableStatistics.UNKNOWN.getRawDataSize());
  }

  /** Unknown: which columns have no nulls is in their types, and more is in no entry's head. */
  @Override
  public CatalogColumnStatistics getTableColumnStatistics(ObjectPath path) {
    return CatalogColumnStatistics.UNKNOWN;
  }

  private <T> T ask(Supplier<T> question) {
    try {
      return JobClasses.asking(question);
    } catch (EnvelopeException e) {
      throw new CatalogException("catalog '" + getName() + "': " + e.getMessage(), e);
    }
  }

  /** The name and the options, without secrets. */
  @Override
  public String toString() {
    return "envelope catalog '" + getName() + "', " + secrets;
  }
}
