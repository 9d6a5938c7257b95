package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.MissingEntryException;
import dev.envelope.entry.FileName;
import dev.envelope.memory.Allocators;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.payload.PayloadKind;
import dev.envelope.scan.EntryInspector.Depth;
import dev.envelope.testing.EntryWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EntryInspectorTest {
  @TempDir Path directory;
  private EntryWriter writer;

  @BeforeEach
  void open() {
    writer = new EntryWriter(directory);
  }

  @AfterEach
  void nothingIsHeld() {
    EntryPool.ofThisJvm().clear();
    assertEquals(0, Allocators.allocated().getAllocatedMemory());
    assertEquals(0, Allocators.mapped().getAllocatedMemory());
  }

  private EntryReport inspect(String key, Depth depth) {
    EnvelopeOptions options =
        EnvelopeOptions.parse(Map.of("path", directory.toString(), "key", key));
    EntryInspector.Listing listing = EntryInspector.Listing.of(options);
    try (EntryInspector inspector =
        new EntryInspector(listing.location(), options, new ScanMetrics())) {
      return inspector.inspect(listing.ids().get(0), depth);
    }
  }

  @Test
  void aSoundEntryIsDescribed() {
    writer.numbers("a", 0, 10, 20);
    for (Depth depth : List.of(Depth.TABLE, Depth.EVERYTHING)) {
      EntryReport report = inspect("a", depth);
      assertTrue(report.readable());
      assertEquals(PayloadKind.ARROW, report.kind());
      assertEquals("arrow", report.header().format());
      assertFalse(report.encrypted());
      assertTrue(report.rows() > 0);
      assertFalse(report.fields().isEmpty());
    }
    EntryReport head = inspect("a", Depth.HEAD);
    assertEquals("arrow", head.header().format());
    assertNull(head.kind());
    assertTrue(head.bytes() > 0);
  }

  @Test
  void aMissingEntryIsReportedAndNotThrown() {
    writer.numbers("a", 0, 10);
    EntryReport report = inspect("b", Depth.HEAD);
    assertInstanceOf(MissingEntryException.class, report.problem());
    assertEquals(-1, report.bytes());
    assertEquals(-1, report.rows());
  }

  @Test
  void aBrokenBodyIsFoundByReadingEverything() throws IOException {
    writer.numbers("a", 0, 10);
    Path file = directory.resolve(FileName.of("a"));
    byte[] bytes = Files.readAllBytes(file);
    for (int i = bytes.length - 1; i > 0; i--) {
      if (bytes[i] == 9 && bytes[i - 8] == 8) {
        EntryWriter.overwrite(file, i, (byte) 77);
        break;
      }
    }
    assertTrue(inspect("a", Depth.TABLE).readable());
    EntryReport report = inspect("a", Depth.EVERYTHING);
    CorruptEntryException problem = assertInstanceOf(CorruptEntryException.class, report.problem());
    assertEquals("a", problem.entry());
    assertTrue(problem.getMessage().contains("checksum"), problem.getMessage());
    assertEquals(PayloadKind.ARROW, report.kind());
  }
}
