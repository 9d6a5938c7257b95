package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.AuthenticationException;
import dev.envelope.memory.Allocators;
import dev.envelope.testing.EntryWriter;
import dev.envelope.testing.KindCell;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in the environment of a process of its own, which plans for this one, which has none. */
final class EnvironmentKeysTest {
  private static final KindCell CELL = KindCell.named("newest-map-default-secret");

  @TempDir Path directory;

  @AfterEach
  void everythingIsGivenBack() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.root().getAllocatedMemory());
  }

  /** Plans with this process's environment, writes the task, and prints how many rows it reads. */
  public static void main(String[] args) throws IOException {
    ScanPlan plan = Scans.plan(Path.of(args[0]), "key", args[1], "allow-plaintext", args[2]);
    ScanTask task = plan.tasks(List.of(), 1, Long.MAX_VALUE).get(0);
    try (ObjectOutputStream out =
        new ObjectOutputStream(Files.newOutputStream(Path.of(args[0], "task")))) {
      out.writeObject(task);
    }
    long rows = 0;
    try (TaskReader reader = new TaskReader(task, "planner", new ScanMetrics())) {
      for (TaskBatch batch = reader.next(); batch != null; batch = reader.next()) {
        rows += batch.rowCount();
      }
    }
    System.out.println("rows " + rows);
  }

  private String planned(String key, boolean allowPlaintext, String current, String previous)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(EnvironmentKeysTest.class.getName());
    command.addAll(List.of(directory.toString(), key, Boolean.toString(allowPlaintext)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CACHEKIT_MASTER_KEY", current);
    builder.environment().put("CACHEKIT_PREVIOUS_MASTER_KEYS", previous);
    File output = directory.resolve("output").toFile();
    builder.redirectOutput(output).start().waitFor();
    return Files.readString(output.toPath(), StandardCharsets.UTF_8);
  }

  private ScanTask task() throws IOException, ClassNotFoundException {
    byte[] bytes = Files.readAllBytes(directory.resolve("task"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertFalse(text.contains(CELL.masterKey().substring(0, 16)), "the key travels");
    try (ObjectInputStream in =
        new ObjectInputStream(Files.newInputStream(directory.resolve("task")))) {
      return (ScanTask) in.readObject();
    }
  }

  @Test
  void theEnvironmentOpensEntriesAndDoesNotTravel() throws Exception {
    CELL.entry().writeTo(directory);
    String output = planned(CELL.key(), false, "64".repeat(32), CELL.masterKey());
    assertTrue(output.contains("rows " + CELL.rows().rows().size()), output);
    isRefusedHere(CELL.key());
  }

  @Test
  void aProcessWithoutTheKeyTakesNoPlaintextInItsPlace() throws Exception {
    new EntryWriter(directory).numbers("plain", 0, 10);
    String output = planned("plain", false, CELL.masterKey(), "");
    assertTrue(output.contains("AuthenticationException"), output);
    assertFalse(output.contains(CELL.masterKey()), output);
    output = planned("plain", true, CELL.masterKey(), "");
    assertTrue(output.contains("rows 10"), output);
    isRefusedHere("plain");
  }

  private void isRefusedHere(String key) throws IOException, ClassNotFoundException {
    ScanTask task = task();
    AuthenticationException e =
        assertThrows(
            AuthenticationException.class,
            () -> {
              try (TaskReader reader = new TaskReader(task, "task", new ScanMetrics())) {
                reader.next();
              }
            });
    assertTrue(e.getMessage().contains("'" + key + "'"), e.getMessage());
    assertTrue(e.getMessage().contains("set CACHEKIT_MASTER_KEY for all of them"), e.getMessage());
  }
}
