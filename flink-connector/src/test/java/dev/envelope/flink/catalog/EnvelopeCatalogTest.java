package dev.envelope.flink.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.envelope.InvalidOptionException;
import dev.envelope.MissingEntryException;
import dev.envelope.StoreException;
import dev.envelope.memory.Allocators;
import dev.envelope.scan.EntryPool;
import dev.envelope.testing.EntryWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.Catalog;
import org.apache.flink.table.catalog.CatalogBaseTable;
import org.apache.flink.table.catalog.CatalogTable;
import org.apache.flink.table.catalog.ObjectPath;
import org.apache.flink.table.catalog.exceptions.CatalogException;
import org.apache.flink.table.catalog.exceptions.DatabaseNotExistException;
import org.apache.flink.table.catalog.exceptions.FunctionNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotExistException;
import org.apache.flink.table.catalog.exceptions.TableNotPartitionedException;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.factories.FactoryUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog over directories, asked as Flink asks it; the suites ask it of a Redis, by SQL. */
class EnvelopeCatalogTest {
  private static final Path ENTRIES = Path.of("..", "integration-tests", "entries");
  private static final ObjectPath TABLE = new ObjectPath("default", "entries");
  private static final String SECRET = "s3cr3t-of-the-test";

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  /** As CREATE CATALOG makes it: found by its name among all factories, then opened. */
  private static Catalog catalog(String... given) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("type", "envelope");
    for (int i = 0; i < given.length; i += 2) {
      options.put(given[i], given[i + 1]);
    }
    Catalog catalog =
        FactoryUtil.createCatalog(
            "c", options, new Configuration(), EnvelopeCatalogTest.class.getClassLoader());
    catalog.open();
    return catalog;
  }

  private static Catalog directory(Path directory) {
    return catalog("path", directory.toString());
  }

  private static Map<String, String> columns(CatalogBaseTable table) {
    Map<String, String> columns = new LinkedHashMap<>();
    for (Schema.UnresolvedColumn column : table.getUnresolvedSchema().getColumns()) {
      columns.put(
          column.getName(),
          assertInstanceOf(Schema.UnresolvedPhysicalColumn.class, column).getDataType().toString());
    }
    return columns;
  }

  private static List<JsonNode> manifest() throws Exception {
    List<JsonNode> entries = new ArrayList<>();
    new ObjectMapper()
        .readTree(Files.readAllBytes(ENTRIES.resolve("manifest.json")))
        .get("entries")
        .forEach(entries::add);
    return entries;
  }

  private static JsonNode entry(String name) throws Exception {
    return manifest().stream()
        .filter(entry -> entry.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static CatalogBaseTable table(JsonNode entry) throws Exception {
    return catalog(
            "path",
            ENTRIES.resolve(entry.get("dir").asText()).toString(),
            "key",
            entry.get("key").asText())
        .getTable(TABLE);
  }

  @Test
  void aDirectoryIsOneTable() throws Exception {
    Catalog catalog = directory(ENTRIES.resolve("cache-demo"));
    assertEquals("default", catalog.getDefaultDatabase());
    assertEquals(List.of("default"), catalog.listDatabases());
    assertTrue(catalog.databaseExists("default"));
    assertTrue(catalog.getDatabase("default").getComment().contains("cache-demo"));
    assertEquals(List.of("entries"), catalog.listTables("default"));
    assertTrue(catalog.tableExists(TABLE));
    assertEquals(List.of(), catalog.listViews("default"));
    assertEquals(List.of(), catalog.listFunctions("default"));
  }

  @Test
  void typesOfTheBundledDemo() throws Exception {
    CatalogBaseTable table = table(entry("features"));
    assertEquals(
        Map.of(
            "user_id", "BIGINT NOT NULL",
            "country", "STRING NOT NULL",
            "score", "DOUBLE NOT NULL",
            "amount", "DOUBLE NOT NULL",
            "ts", "TIMESTAMP(6) NOT NULL"),
        columns(table));
    assertEquals(List.of("user_id", "country", "score", "amount", "ts"), names(table));
    assertEquals(CatalogBaseTable.TableKind.TABLE, table.getTableKind());
    assertFalse(((CatalogTable) table).isPartitioned());
  }

  private static List<String> names(CatalogBaseTable table) {
    return List.copyOf(columns(table).keySet());
  }

  /** Of every table of the real library: each column is there, or the comment says why not. */
  @Test
  void everyColumnIsThereOrExplained() throws Exception {
    int shown = 0;
    int explained = 0;
    for (JsonNode entry : manifest()) {
      if (!Set.of("arrow", "legacy-arrow", "arrow-bare").contains(entry.get("kind").asText())) {
        continue;
      }
      CatalogBaseTable table = table(entry);
      Set<String> names = columns(table).keySet();
      for (JsonNode column : entry.get("columns")) {
        String name = column.get("name").asText();
        if (names.contains(name)) {
          shown++;
        } else {
          explained++;
          assertTrue(table.getComment().contains("column '" + name + "' "), table.getComment());
          assertTrue(
              name.isBlank() || column.get("arrow_type").asText().matches("decimal(32|64).*"),
              entry.get("name") + " " + name);
        }
      }
    }
    assertTrue(shown > 300, "shown: " + shown);
    assertTrue(explained > 0);
  }

  @Test
  void optionsOfATableSelectItsEntries() throws Exception {
    JsonNode entry = entry("features");
    Map<String, String> options = table(entry).getOptions();
    assertEquals(
        Map.of(
            "connector", "envelope",
            "path", ENTRIES.resolve("cache-demo").toString(),
            "key", entry.get("key").asText()),
        options);
    Map<String, String> dotted =
        catalog(
                "path",
                ENTRIES.resolve("cache-demo").toString(),
                "key",
                entry.get("key").asText(),
                "Merge.Schema",
                "true")
            .getTable(TABLE)
            .getOptions();
    assertEquals("true", dotted.get("merge-schema"));
  }

  @Test
  void rowsAreCountedByThePlan(@TempDir Path directory) throws Exception {
    EntryWriter writer = new EntryWriter(directory);
    writer.numbers("a", 0, 3, 4);
    Path second = writer.numbers("b", 0, 5);
    Catalog catalog = directory(directory);
    CatalogTableStatistics statistics = catalog.getTableStatistics(TABLE);
    assertEquals(12, statistics.getRowCount());
    assertEquals(2, statistics.getFileCount());
    assertTrue(statistics.getTotalSize() > 400);
    assertEquals(CatalogColumnStatistics.UNKNOWN, catalog.getTableColumnStatistics(TABLE));
    Files.delete(second);
    assertEquals(7, catalog.getTableStatistics(TABLE).getRowCount());
    // Which entries are sound turns out when they are read.
    Catalog skipping = catalog("path", directory.toString(), "on-corrupt", "skip");
    assertEquals(-1, skipping.getTableStatistics(TABLE).getRowCount());
  }

  @Test
  void typesFollowTheEntries(@TempDir Path directory) throws Exception {
    Catalog catalog = directory(directory);
    var empty = assertThrows(CatalogException.class, () -> catalog.getTable(TABLE));
    assertInstanceOf(MissingEntryException.class, empty.getCause());
    new EntryWriter(directory).numbers("a", 0, 1);
    assertEquals(Map.of("n", "BIGINT NOT NULL"), columns(catalog.getTable(TABLE)));
  }

  @Test
  void whatIsNotThere(@TempDir Path directory) throws Exception {
    Catalog catalog = directory(directory);
    ObjectPath other = new ObjectPath("default", "others");
    ObjectPath elsewhere = new ObjectPath("shop", "entries");
    assertFalse(catalog.databaseExists("shop"));
    assertThrows(DatabaseNotExistException.class, () -> catalog.getDatabase("shop"));
    assertThrows(DatabaseNotExistException.class, () -> catalog.listTables("shop"));
    assertThrows(DatabaseNotExistException.class, () -> catalog.listViews("shop"));
    for (ObjectPath path : List.of(other, elsewhere)) {
      assertFalse(catalog.tableExists(path));
      assertThrows(TableNotExistException.class, () -> catalog.getTable(path));
      assertThrows(TableNotExistException.class, () -> catalog.getTableStatistics(path));
      assertThrows(TableNotExistException.class, () -> catalog.listPartitions(path));
    }
    assertThrows(TableNotPartitionedException.class, () -> catalog.listPartitions(TABLE));
    assertFalse(catalog.functionExists(other));
    assertThrows(FunctionNotExistException.class, () -> catalog.getFunction(other));
    var gone = directory(directory.resolve("gone"));
    var error = assertThrows(CatalogException.class, () -> gone.getTable(TABLE));
    assertInstanceOf(StoreException.class, error.getCause());
    assertTrue(error.getMessage().contains("there is no directory"), error.getMessage());
  }

  /** All methods of Flink's interface that would change something, whatever they are given. */
  @Test
  void nothingCanBeChanged(@TempDir Path directory) throws Exception {
    new EntryWriter(directory).numbers("a", 0, 1);
    Catalog catalog = directory(directory);
    int refused = 0;
    for (Method method : Catalog.class.getMethods()) {
      if (method.getName().matches("(create|drop|alter|rename)[A-Z].*")) {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = method.getParameterTypes()[i] == boolean.class ? Boolean.TRUE : null;
        }
        var thrown =
            assertThrows(
                InvocationTargetException.class,
                () -> method.invoke(catalog, arguments),
                method::toString);
        assertInstanceOf(UnsupportedOperationException.class, thrown.getCause(), method.toString());
        refused++;
      }
    }
    assertTrue(refused >= 19, "methods: " + refused);
    var error =
        assertThrows(UnsupportedOperationException.class, () -> catalog.dropTable(TABLE, true));
    assertTrue(error.getMessage().contains("CREATE TABLE ... LIKE"), error.getMessage());
    assertTrue(catalog.tableExists(TABLE));
  }

  @Test
  void aWrongOptionIsSaidWithoutTheOthers() {
    for (String[] wrong :
        new String[][] {
          {"redis-windw", "1"},
          {"redis-window", "0"},
          {"path", "/somewhere"},
          {"view", "entries"},
          {"keys-pattern", "*", "key", "k"}
        }) {
      List<String> given = new ArrayList<>(List.of("url", "redis://:" + SECRET + "@127.0.0.1:1/0"));
      given.addAll(List.of(wrong));
      var error =
          assertThrows(InvalidOptionException.class, () -> catalog(given.toArray(String[]::new)));
      assertTrue(error.getMessage().contains(wrong[0]), error.getMessage());
      assertFalse(error.getMessage().contains(SECRET), error.getMessage());
    }
    assertThrows(InvalidOptionException.class, () -> catalog("url", "memcached://h:1"));
  }

  @Test
  void aServerThatIsNotThere() {
    Catalog catalog =
        catalog("url", "redis://:" + SECRET + "@127.0.0.1:1/0", "redis-connect-timeout", "1s");
    long start = System.nanoTime();
    for (Runnable question :
        List.<Runnable>of(
            catalog::listDatabases,
            () -> catalog.databaseExists("shop"),
            () -> catalog.tableExists(new ObjectPath("shop", "shop.users")))) {
      var error = assertThrows(CatalogException.class, question::run);
      assertInstanceOf(StoreException.class, error.getCause());
      assertTrue(error.getMessage().contains("127.0.0.1:1"), error.getMessage());
      assertFalse(error.toString().contains(SECRET));
    }
    assertTrue(System.nanoTime() - start < 30_000_000_000L);
    assertFalse(catalog.toString().contains(SECRET), catalog.toString());
  }

  @Test
  void aCatalogThatIsNotOpen() {
    Catalog catalog = directory(ENTRIES.resolve("cache-demo"));
    catalog.close();
    assertThrows(IllegalStateException.class, catalog::listDatabases);
  }
}
