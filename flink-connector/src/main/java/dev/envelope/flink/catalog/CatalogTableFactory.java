package dev.envelope.flink.catalog;

import dev.envelope.flink.table.EnvelopeDynamicTableFactory;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogTable;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.types.DataType;

/** The connector's factory, for tables whose secrets only their catalog has. */
final class CatalogTableFactory implements DynamicTableSourceFactory {
  private final EnvelopeDynamicTableFactory connector = new EnvelopeDynamicTableFactory();
  private final StoreSecrets secrets;

  CatalogTableFactory(StoreSecrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public String factoryIdentifier() {
    return connector.factoryIdentifier();
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return connector.requiredOptions();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return connector.optionalOptions();
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    ResolvedCatalogTable table = context.getCatalogTable();
    return connector.createDynamicTableSource(
        new WholeContext(context, table.copy(secrets.addedTo(table.getOptions()))));
  }

  /** What Flink says of a table, with all of its options. */
  private record WholeContext(Context context, ResolvedCatalogTable table) implements Context {
    @Override
    public ObjectIdentifier getObjectIdentifier() {
      return context.getObjectIdentifier();
    }

    @Override
    public ResolvedCatalogTable getCatalogTable() {
      return table;
    }

    @Override
    public Map<String, String> getEnrichmentOptions() {
      return context.getEnrichmentOptions();
    }

    @Override
    public ReadableConfig getConfiguration() {
      return context.getConfiguration();
    }

    @Override
    public ClassLoader getClassLoader() {
      return context.getClassLoader();
    }

    @Override
    public boolean isTemporary() {
      return context.isTemporary();
    }

    @Override
    public DataType getPhysicalRowDataType() {
      return context.getPhysicalRowDataType();
    }

    @Override
    public int[] getPrimaryKeyIndexes() {
      return context.getPrimaryKeyIndexes();
    }

    /** Not the table: its options are in what it prints. */
    @Override
    public String toString() {
      return "context of " + context.getObjectIdentifier();
    }
  }
}
