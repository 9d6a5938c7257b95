package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A text file with a cache key on each line. */
final class KeyFile {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private KeyFile() {}

  /** The keys of a file, without blanks around them, each once and in order; at least one. */
  static List<String> read(Path file) {
    // A pipe would block the open for ever, a device never end.
    if (!Files.isRegularFile(file)) {
      throw refusal(file, Files.exists(file) ? "is not a regular file" : "does not exist", null);
    }
    List<String> lines;
    try {
      lines = new ArrayList<>(Files.readAllLines(file));
    } catch (CharacterCodingException notText) {
      throw refusal(file, "is not UTF-8 text", notText);
    } catch (IOException unreadable) {
      throw refusal(file, "cannot be read", unreadable);
    }
    if (!lines.isEmpty() && lines.get(0).startsWith(BYTE_ORDER_MARK)) {
      lines.set(0, lines.get(0).substring(BYTE_ORDER_MARK.length()));
    }
    List<String> keys = KeyListType.tidy(lines);
    if (keys.isEmpty()) {
      throw refusal(file, "names no key", null);
    }
    return keys;
  }

  private static InvalidOptionException refusal(Path file, String problem, IOException cause) {
    return new InvalidOptionException(
        "option '%s': '%s' %s; give a UTF-8 text file with a cache key on each line"
            .formatted(OptionTable.KEY_FILE.name(), file, problem),
        cause);
  }
}
