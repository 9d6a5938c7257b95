package dev.envelope.flink.catalog;

import dev.envelope.flink.table.EnvelopeDynamicTableFactory;
import dev.envelope.flink.table.TableOptions;
import dev.envelope.options.OptionTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CommonCatalogOptions;
import org.apache.flink.table.factories.CatalogFactory;

/**
 * Makes catalogs for {@code CREATE CATALOG … WITH ('type' = 'envelope', …)}. Their options are the
 * connector's own, by the same names; those that select entries may be left out. Stateless.
 *
 * <p>What is wrong with the options is said when the catalog is opened, right after it was made:
 * thrown from here, the error would come with all options, and a password in one of them.
 */
public final class EnvelopeCatalogFactory implements CatalogFactory {
  private static final ConfigOption<String> DEFAULT_DATABASE =
      ConfigOptions.key(CommonCatalogOptions.DEFAULT_DATABASE_KEY)
          .stringType()
          .defaultValue(DatabaseNames.DEFAULT)
          .withDescription("The database that is used after USE CATALOG.");

  /** Made by Flink. */
  public EnvelopeCatalogFactory() {}

  @Override
  public String factoryIdentifier() {
    return EnvelopeDynamicTableFactory.IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = new HashSet<>(TableOptions.all());
    options.add(DEFAULT_DATABASE);
    return options;
  }

  @Override
  public Catalog createCatalog(Context context) {
    Map<String, String> given = new HashMap<>(context.getOptions());
    given.remove(CommonCatalogOptions.CATALOG_TYPE.key());
    String database = given.remove(DEFAULT_DATABASE.key());
    return new EnvelopeCatalog(
        context.getName(),
        database == null ? DEFAULT_DATABASE.defaultValue() : database,
        dashed(given));
  }

  /** Names with dots or in another case, which the parser or tables take as well, as they are. */
  private static Map<String, String> dashed(Map<String, String> given) {
    Set<String> names = new HashSet<>();
    OptionTable.all().forEach(option -> names.add(option.name()));
    Map<String, String> dashed = new HashMap<>();
    given.forEach(
        (name, value) -> {
          String own = name.toLowerCase(Locale.ROOT).replace('.', '-');
          // What is given under both names stays, for the parser to refuse one of them.
          dashed.put(names.contains(own) && !given.containsKey(own) ? own : name, value);
        });
    return dashed;
  }
}
