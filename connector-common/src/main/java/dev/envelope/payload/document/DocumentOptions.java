package dev.envelope.payload.document;

/**
 * How a document becomes a table.
 *
 * @param inferRows how many rows, from the first on, decide on the columns and their types; at
 *     least 1
 * @param rules which maps are markers; JSON has none
 * @param schemaGiven whether the user names the columns, so that a row may have others beyond the
 *     sample, which are not read
 */
public record DocumentOptions(int inferRows, MarkerRules rules, boolean schemaGiven) {
  /** How many rows are looked at when nothing else is asked for. */
  public static final int DEFAULT_INFER_ROWS = 100_000;

  /** What cachekit writes, with the usual sample. */
  public static final DocumentOptions STANDARD =
      new DocumentOptions(DEFAULT_INFER_ROWS, MarkerRules.CACHEKIT);

  /** Refuses a sample of nothing. */
  public DocumentOptions {
    if (inferRows < 1) {
      throw new IllegalArgumentException("a sample of " + inferRows + " rows");
    }
  }

  /** Columns that the document decides on. */
  public DocumentOptions(int inferRows, MarkerRules rules) {
    this(inferRows, rules, false);
  }
}
