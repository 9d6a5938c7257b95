package dev.envelope.options;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A list of keys: a JSON array of strings, or lines, or, on one line, parts between commas.
 *
 * <p>JSON takes every key as it is; the other forms strip blanks around keys and drop empty parts.
 * A key that is named twice is kept once, in the place of its first mention.
 */
record KeyListType() implements OptionType<List<String>> {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public String label() {
    return "list";
  }

  @Override
  public String allowed() {
    return "give a JSON array of strings, or one key per line, or keys with commas between them";
  }

  @Override
  public List<String> parse(String text) throws BadValueException {
    String stripped = text.strip();
    List<String> keys;
    if (stripped.startsWith("[")) {
      keys = parseJson(stripped);
    } else if (stripped.lines().count() > 1) {
      keys = tidy(stripped.lines().toList());
    } else {
      keys = tidy(Arrays.asList(stripped.split(",", -1)));
    }
    if (keys.isEmpty()) {
      throw new BadValueException("names no key");
    }
    return keys;
  }

  /** Strips blanks around keys, drops empty ones and second mentions. */
  static List<String> tidy(List<String> parts) {
    return once(parts.stream().map(String::strip).filter(key -> !key.isEmpty()).toList());
  }

  private static List<String> once(List<String> keys) {
    return List.copyOf(new LinkedHashSet<>(keys));
  }

  private static List<String> parseJson(String text) throws BadValueException {
    List<String> keys = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.VALUE_STRING) {
        if (json.getText().isBlank()) {
          throw new BadValueException("holds a blank key");
        }
        keys.add(json.getText());
      }
      if (json.currentToken() != JsonToken.END_ARRAY || json.nextToken() != null) {
        throw new BadValueException("is not one array of strings");
      }
    } catch (IOException malformed) {
      throw new BadValueException("is not valid JSON");
    }
    return once(keys);
  }

  @Override
  public String format(List<String> value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeArray(value.toArray(String[]::new), 0, value.size());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return text.toString();
  }
}
