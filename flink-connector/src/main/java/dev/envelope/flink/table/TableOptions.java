package dev.envelope.flink.table;

import dev.envelope.flink.source.Discovery;
import dev.envelope.flink.source.SourceOptions;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.Option;
import dev.envelope.options.OptionTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The connector's options as Flink's: the same names and values as everywhere, and with dots in the
 * place of dashes, as Flink's users may write them. They are checked by the connector's own parser.
 */
public final class TableOptions {
  /** How often a table that never ends looks for new entries. */
  public static final ConfigOption<Duration> DISCOVERY_INTERVAL =
      ConfigOptions.key("scan.discovery.interval")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "Reads for ever, and looks this often for entries that are new or were written again."
                  + " Without it a query ends after the entries that are there.");

  /** Whether such a table looks earlier when the store tells of a write. */
  public static final ConfigOption<Boolean> DISCOVERY_NOTIFICATIONS =
      ConfigOptions.key("scan.discovery.notifications")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Looks for new entries earlier than the interval says when the store tells of a"
                  + " write, as a Redis with notify-keyspace-events does.");

  private static final List<ConfigOption<String>> OPTIONS = new ArrayList<>();

  static {
    for (Option<?> option : OptionTable.all()) {
      ConfigOption<String> own =
          ConfigOptions.key(option.name())
              .stringType()
              .noDefaultValue()
              .withDescription(option.doc());
      String dotted = option.name().replace('-', '.');
      OPTIONS.add(dotted.equals(option.name()) ? own : own.withFallbackKeys(dotted));
    }
  }

  private TableOptions() {}

  /** All options of the connector that say what is read, and how. */
  public static List<ConfigOption<String>> all() {
    return List.copyOf(OPTIONS);
  }

  /**
   * What a user gave.
   *
   * @throws dev.envelope.InvalidOptionException when a value is wrong, or options clash
   */
  public static EnvelopeOptions parse(ReadableConfig config) {
    return SourceOptions.parse(given(config), discovery(config).isPresent());
  }

  /** The options that are set, by their names with dashes. */
  public static Map<String, String> given(ReadableConfig config) {
    Map<String, String> given = new HashMap<>();
    for (ConfigOption<String> option : OPTIONS) {
      config.getOptional(option).ifPresent(value -> given.put(option.key(), value));
    }
    return given;
  }

  /** How to look for new entries; empty for a table that ends. */
  public static Optional<Discovery> discovery(ReadableConfig config) {
    return config
        .getOptional(DISCOVERY_INTERVAL)
        .map(interval -> new Discovery(interval, config.get(DISCOVERY_NOTIFICATIONS)));
  }
}
