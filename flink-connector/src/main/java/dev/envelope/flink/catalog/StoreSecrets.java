package dev.envelope.flink.catalog;

import dev.envelope.options.Option;
import dev.envelope.options.OptionTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The options of a catalog, told apart: what its tables may show, and the secrets that only its own
 * factory adds again. Immutable.
 */
final class StoreSecrets {
  private static final String URL = OptionTable.URL.name();
  private static final String PASSWORD = "password=";

  private final Map<String, String> open = new LinkedHashMap<>();
  private final Map<String, String> secrets = new HashMap<>();

  StoreSecrets(Map<String, String> given) {
    Map<String, Option<?>> known = new HashMap<>();
    OptionTable.all().forEach(option -> known.put(option.name(), option));
    given.forEach(
        (name, value) -> {
          if (known.containsKey(name) && known.get(name).secret()) {
            secrets.put(name, value);
          } else if (name.equals(URL) && !without(value).equals(value)) {
            secrets.put(name, value);
            open.put(name, without(value));
          } else {
            open.put(name, value);
          }
        });
  }

  /** What may be shown. */
  Map<String, String> open() {
    return Map.copyOf(open);
  }

  /**
   * A table's options with the secrets, unless a hint has led it to another place: nobody there is
   * to be told the password.
   */
  Map<String, String> addedTo(Map<String, String> table) {
    if (!Objects.equals(table.get(URL), open.get(URL))) {
      return table;
    }
    Map<String, String> all = new HashMap<>(secrets);
    all.putAll(table);
    if (secrets.containsKey(URL)) {
      all.put(URL, secrets.get(URL));
    }
    return all;
  }

  /** A URL without user, password, and passwords among its parameters. */
  private static String without(String url) {
    int start = url.indexOf("://") + "://".length();
    int user = url.lastIndexOf('@');
    String bare = user < start ? url : url.substring(0, start) + url.substring(user + 1);
    int question = bare.indexOf('?');
    if (question < 0) {
      return bare;
    }
    int fragment = bare.indexOf('#', question);
    int end = fragment < 0 ? bare.length() : fragment;
    List<String> kept = new ArrayList<>();
    for (String parameter : bare.substring(question + 1, end).split("&", -1)) {
      if (!parameter.startsWith(PASSWORD)) {
        kept.add(parameter);
      }
    }
    return bare.substring(0, question)
        + (kept.isEmpty() ? "" : "?" + String.join("&", kept))
        + bare.substring(end);
  }

  /** The names, no values. */
  @Override
  public String toString() {
    return "options " + open.keySet() + ", secrets " + secrets.keySet();
  }
}
