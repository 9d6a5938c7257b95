package dev.envelope.flink.catalog;

/**
 * What namespaces are called as databases: by their own name. Keys without a namespace are in the
 * database {@value #DEFAULT}; a namespace with that name, or one that begins with {@value #PREFIX},
 * is shown with {@value #PREFIX} in front, as in keys.
 */
final class DatabaseNames {
  /** The database of the keys without a namespace, and of everything in a store without names. */
  static final String DEFAULT = "default";

  private static final String PREFIX = "ns:";

  private DatabaseNames() {}

  /**
   * The database of a namespace.
   *
   * @param namespace the namespace, or null for none
   */
  static String of(String namespace) {
    if (namespace == null) {
      return DEFAULT;
    }
    return namespace.equals(DEFAULT) || namespace.startsWith(PREFIX)
        ? PREFIX + namespace
        : namespace;
  }

  /** The namespace of a database, or null for none. */
  static String namespace(String database) {
    if (database.equals(DEFAULT)) {
      return null;
    }
    String bare = database.startsWith(PREFIX) ? database.substring(PREFIX.length()) : database;
    // Anything else would be a second name for the same namespace.
    return of(bare).equals(database) ? bare : "";
  }
}
