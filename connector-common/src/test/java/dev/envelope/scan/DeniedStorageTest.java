package dev.envelope.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.memory.AllocatedRegion;
import dev.envelope.payload.storage.ByteStorage;
import dev.envelope.testing.EntryFile;
import dev.envelope.testing.KindCell;
import dev.envelope.testing.KindFile;
import dev.envelope.testing.MsgpackBytes;
import dev.envelope.testing.Probe;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Old releases pack what they write and say that they do not. Damage must not turn such an entry
 * into the plain list that its ByteStorage is, nor may plain lists be taken for damaged ones.
 */
final class DeniedStorageTest {
  private static final int LARGEST = 400;

  @TempDir Path directory;

  @Test
  void noBitOfOneTurnsItIntoAPlainList() {
    List<KindFile> denied =
        KindCell.all().stream()
            .filter(cell -> cell.isWritten() && cell.hasRows() && cell.envelope().equals("frame"))
            .map(KindFile::of)
            .filter(file -> file.deniesStorage() && file.entry().size() <= LARGEST)
            .limit(8)
            .toList();
    assertTrue(denied.size() >= 5, denied::toString);
    for (KindFile file : denied) {
      byte[] sound = file.entry().bytes();
      Probe.Rows rows = Probe.read(options(file, file.entry()), field -> true);
      for (int bit = EntryFile.FILE_HEADER * 8; bit < sound.length * 8; bit++) {
        byte[] altered = sound.clone();
        altered[bit / 8] ^= (byte) (1 << bit % 8);
        EntryFile entry = file.entry().with(altered);
        String what = file + ", bit " + bit % 8 + " of byte " + bit / 8;
        try {
          assertEquals(rows, Probe.read(options(file, entry), field -> true), what);
        } catch (EnvelopeException e) {
          assertTrue(e.getMessage().contains(entry.key()), what + ": " + e);
        }
      }
    }
  }

  private Map<String, String> options(KindFile file, EntryFile entry) {
    entry.writeTo(directory);
    Map<String, String> options = new TreeMap<>(Probe.options(directory, entry, "read"));
    options.putAll(file.cell().options());
    options.put("region-linger", "0s");
    return options;
  }

  @Test
  void whatHasTwoOfItsPartsIsADamagedOne() {
    byte[] packed = {1, 2, 3};
    List<Integer> hash = Collections.nCopies(8, 7);
    for (List<Object> list :
        List.of(
            List.<Object>of(packed, hash, "x", "y"),
            List.<Object>of(packed, "x", "y", "msgpack"),
            List.<Object>of("x", hash, "y", "series"),
            List.<Object>of("x", "y", 3, "dataframe"),
            List.<Object>of(List.of(1, 2, 3), hash, 3, 4))) {
      CorruptEntryException e =
          assertThrows(CorruptEntryException.class, () -> isStorage(list), list.toString());
      assertTrue(e.getMessage().contains("damaged ByteStorage"), e.getMessage());
    }
  }

  @Test
  void plainListsAreLeftAlone() {
    List<Integer> eight = List.of(1, 2, 3, 4, 5, 6, 7, 8);
    byte[] bytes = {1, 2, 3};
    for (List<Object> list :
        List.of(
            List.<Object>of(eight, eight, eight, eight),
            List.<Object>of(List.of(1), eight, "a", "b"),
            List.<Object>of(1, 2, 3, "four"),
            List.<Object>of(bytes, bytes, bytes, bytes),
            List.<Object>of(bytes, "name", 5, "text"),
            List.<Object>of("a", "b", "c", "msgpack"),
            List.<Object>of(eight, eight, eight),
            List.<Object>of(bytes, eight, 3, "msgpack", 1))) {
      assertEquals(false, isStorage(list), list.toString());
    }
  }

  private static boolean isStorage(List<Object> list) {
    byte[] document = MsgpackBytes.of(list);
    try (BufferAllocator allocator = new RootAllocator();
        AllocatedRegion region = AllocatedRegion.allocate(allocator, document.length, 0)) {
      try (ArrowBuf memory = region.view(0, document.length)) {
        memory.setBytes(0, document);
      }
      return ByteStorage.find(region, 0, false).isPresent();
    }
  }
}
