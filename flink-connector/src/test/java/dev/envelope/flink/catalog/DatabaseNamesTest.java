package dev.envelope.flink.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every namespace has one name as a database, and no two have the same. */
class DatabaseNamesTest {
  @Test
  void thereAndBack() {
    List<String> namespaces =
        List.of("shop", "default", "ns:default", "ns:ns:default", "ns:", "ns:x", "Default", "a.b");
    Set<String> databases = new HashSet<>();
    for (String namespace : namespaces) {
      databases.add(DatabaseNames.of(namespace));
      assertEquals(namespace, DatabaseNames.namespace(DatabaseNames.of(namespace)));
    }
    assertEquals(namespaces.size(), databases.size());
    assertEquals("shop", DatabaseNames.of("shop"));
    assertEquals("ns:default", DatabaseNames.of("default"));
    assertEquals("default", DatabaseNames.of(null));
    assertNull(DatabaseNames.namespace("default"));
  }

  @Test
  void aSecondNameOfANamespaceIsNone() {
    assertEquals("", DatabaseNames.namespace("ns:shop"));
    assertEquals("", DatabaseNames.namespace("ns:"));
  }
}
