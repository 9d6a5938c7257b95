package dev.envelope.flink.table;

import dev.envelope.InvalidOptionException;
import dev.envelope.flink.lookup.LookupProviders;
import dev.envelope.flink.source.EntryMetadata;
import dev.envelope.flink.source.ReadColumns;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OptionTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** Makes table sources for {@code 'connector' = 'envelope'}. Stateless. */
public final class EnvelopeDynamicTableFactory implements DynamicTableSourceFactory {
  /** What the connector is called. */
  public static final String IDENTIFIER = "envelope";

  /** Made by Flink. */
  public EnvelopeDynamicTableFactory() {}

  @Override
  public String factoryIdentifier() {
    return IDENTIFIER;
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    // One of 'path' and 'url' is, which the connector's own parser says.
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    Set<ConfigOption<?>> options = new HashSet<>(TableOptions.all());
    options.add(TableOptions.DISCOVERY_INTERVAL);
    options.add(TableOptions.DISCOVERY_NOTIFICATIONS);
    options.add(FactoryUtil.SOURCE_PARALLELISM);
    options.addAll(LookupProviders.options());
    return options;
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    try {
      return source(context);
    } catch (InvalidOptionException | ValidationException e) {
      String url = context.getCatalogTable().getOptions().get(OptionTable.URL.name());
      if (url != null && url.contains("@")) {
        return new RefusedTableSource(e);
      }
      throw e;
    }
  }

  private EnvelopeTableSource source(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    helper.validate();
    ReadableConfig config = helper.getOptions();
    EnvelopeOptions options = TableOptions.parse(config);
    RowType physical = (RowType) context.getPhysicalRowDataType().getLogicalType();
    Map<String, EntryMetadata> metadata = metadata(context);
    if (physical.getFieldCount() == 0 && metadata.isEmpty()) {
      throw new ValidationException(
          "the table has no columns: declare those that are to be read, or let a catalog with"
              + " 'type' = 'envelope' infer them from the entries");
    }
    return new EnvelopeTableSource(
        new TableSettings(
            options,
            physical,
            metadata,
            TableOptions.discovery(config).orElse(null),
            config.getOptional(FactoryUtil.SOURCE_PARALLELISM).orElse(null),
            config),
        new ReadColumns(physical, List.of()));
  }

  /** The metadata columns by the names that the table gives them. */
  private static Map<String, EntryMetadata> metadata(Context context) {
    Map<String, EntryMetadata> columns = new HashMap<>();
    for (Column column : context.getCatalogTable().getResolvedSchema().getColumns()) {
      if (column instanceof Column.MetadataColumn known) {
        String key = known.getMetadataKey().orElse(known.getName());
        // Flink refuses the others, and names these.
        EntryMetadata.of(key).ifPresent(found -> columns.put(known.getName(), found));
      }
    }
    return columns;
  }
}
