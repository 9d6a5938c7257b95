package dev.envelope.options;

import java.util.Collection;

/** Renders options as the page of documentation that users read. */
final class OptionsDoc {
  private static final String HEAD =
      """
      # Options

      <!-- Generated from dev.envelope.options.OptionTable; do not edit. To write it anew:
           mvn -pl connector-common test -Dtest=OptionsDocTest -Denvelope.docs.write=true -->

      Every option has the same name in every engine: words in lower case, joined by dashes. Upper and lower case
      do not count in names. A name that is not in the table is refused, with the nearest one that is.

      ```python
      spark.read.format("envelope").option("key", "func:shop.orders:args:…:1s").load("/var/cache/cachekit")
      ```

      """;

  private static final String TAIL =
      """

      ## Values

      **Sizes** are whole numbers of bytes, alone or with a unit: `1048576`, `1024k`, `1m`. Units are `k`, `m`, `g`,
      `t` and `p`, powers of 1024, in any case; `kb` and `kib` mean the same as `k`.

      **Durations** are whole numbers with a unit, `ms`, `s`, `min` (or `m`), `h` or `d`: `500ms`, `10s`, `10 s`. ISO-8601
      (`PT10S`) is understood as well. Only `0` needs no unit.

      **Paths** are plain (`/var/cache/cachekit`) or URIs (`file:///var/cache/cachekit`). After `file://` percent
      escapes are decoded (`file:///my%20cache`). After `file:/`, with one slash, nothing is decoded, because Spark
      writes paths of tables in that way without escapes. Other schemes are refused.

      **Words** such as `fail` and `true` may be written in any case.
      """;

  private OptionsDoc() {}

  static String render(Collection<Option<?>> options) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("| Option | Value | Default | Meaning | Since |\n|---|---|---|---|---|\n");
    for (Option<?> option : options) {
      page.append(
          "| `%s` | %s | %s | %s | %s |%n"
              .formatted(
                  option.name(),
                  cell(option.type()),
                  option.defaultText().map(text -> "`" + cell(text) + "`").orElse("none"),
                  cell(option.doc() + (option.secret() ? " Secret: never shown or logged." : "")),
                  option.since())
              .replace(System.lineSeparator(), "\n"));
    }
    return page.append(TAIL).toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
