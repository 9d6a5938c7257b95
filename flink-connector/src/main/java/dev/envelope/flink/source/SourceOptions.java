package dev.envelope.flink.source;

import dev.envelope.InvalidOptionException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.OnError;
import dev.envelope.options.OptionTable;
import dev.envelope.options.View;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The connector's options as a source takes them. */
public final class SourceOptions {
  private SourceOptions() {}

  /**
   * Parses options.
   *
   * @param continuous whether the source looks for new entries for ever: then an entry that goes
   *     before it is read is left out, unless the options say otherwise
   * @throws InvalidOptionException when one is wrong, or means nothing in Flink
   */
  public static EnvelopeOptions parse(Map<String, String> given, boolean continuous) {
    Map<String, String> options = new HashMap<>();
    given.forEach((name, value) -> options.put(name.toLowerCase(Locale.ROOT), value));
    if (continuous) {
      options.putIfAbsent(OptionTable.ON_MISSING.name(), OnError.SKIP.name());
    }
    EnvelopeOptions parsed = EnvelopeOptions.parse(options);
    if (parsed.view() == View.ENTRIES) {
      throw new InvalidOptionException(
          "option 'view' = entries is not offered in Flink; metadata columns tell of the entries"
              + " that are read, and the catalog lists them");
    }
    return parsed;
  }
}
