package dev.envelope.payload.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import dev.envelope.CorruptEntryException;
import dev.envelope.EnvelopeException;
import dev.envelope.UnsupportedEntryException;
import java.io.IOException;
import java.math.BigInteger;

/** Goes over a JSON document, or the rest of one from the start of a value. */
final class JsonCursor extends Cursor {
  /** Python reads no longer integer either (sys.int_info.default_max_str_digits). */
  private static final int MOST_DIGITS = 4300;

  /** One list more than the document has stands around it. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(JsonStructure.MOST_DEPTH + 2)
          .maxNumberLength(MOST_DIGITS)
          .maxStringLength(CanonicalJson.MOST)
          .maxNameLength(CanonicalJson.MOST_KEY)
          .build();

  private final JsonInput input;
  private final JsonParser parser;

  /** The parser stands on what is to be read next. */
  private boolean ahead;

  /**
   * Stands in front of a value.
   *
   * @param input the document from there on
   */
  JsonCursor(JsonInput input) {
    this.input = input;
    this.parser = open(input);
    token();
  }

  /** A new one each time: a factory keeps the names of everything that its parsers have met. */
  private static JsonFactory factory() {
    return new JsonFactoryBuilder()
        // The names of somebody's data do not belong into the JVM's table of constants.
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
        .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .streamReadConstraints(LIMITS)
        .build();
  }

  /** A parser that begins in a list around what the input has. */
  static JsonParser open(JsonInput input) {
    try {
      return factory().createParser(input);
    } catch (IOException e) {
      throw new CorruptEntryException("the JSON document cannot be read", input.offset(), e);
    }
  }

  @Override
  Cursor at(long offset) {
    JsonCursor cursor = new JsonCursor(input.at(offset));
    cursor.row(row());
    return cursor;
  }

  private JsonToken token() {
    try {
      return parser.nextToken();
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  /**
   * The error for what the parser refuses. What it says itself may quote the document, so it is not
   * passed on.
   */
  static EnvelopeException unreadable(IOException e, JsonInput input) {
    long at = input.offset();
    if (e instanceof JsonProcessingException known && known.getLocation() != null) {
      at = input.offsetOf(known.getLocation().getByteOffset());
    }
    if (e instanceof JsonEOFException) {
      return new CorruptEntryException("the JSON document ends in the middle of a value", at);
    }
    if (e instanceof StreamConstraintsException) {
      // The structure's check has bounded the depth before the parser would.
      return new UnsupportedEntryException(
          "the JSON document has, near byte %d, a number of more than %d digits, a text of more than %d characters, or a key of more than %d"
              .formatted(at, MOST_DIGITS, CanonicalJson.MOST, CanonicalJson.MOST_KEY));
    }
    return new CorruptEntryException("this is not JSON", at);
  }

  @Override
  int next() {
    JsonToken token = ahead ? parser.currentToken() : token();
    ahead = false;
    if (token == null) {
      throw new CorruptEntryException("the JSON document ends too early", offset());
    }
    return switch (token) {
      case VALUE_NULL -> Kind.NULL;
      case VALUE_TRUE -> bool(1);
      case VALUE_FALSE -> bool(0);
      case VALUE_STRING -> Kind.TEXT;
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> fraction();
      case START_ARRAY -> open(Kind.LIST);
      case START_OBJECT -> open(Kind.MAP);
      default -> throw new CorruptEntryException("a JSON value is expected here", offset());
    };
  }

  private int bool(long value) {
    number = value;
    return Kind.BOOL;
  }

  private int open(int kind) {
    size = UNKNOWN;
    return kind;
  }

  private int integer() {
    try {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        return Kind.BIG;
      }
      number = parser.getLongValue();
      return Kind.INT;
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  private int fraction() {
    try {
      real = parser.getDoubleValue();
      return Kind.DOUBLE;
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  boolean more(long done, long size) {
    JsonToken token = token();
    if (token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
      return false;
    }
    ahead = true;
    return true;
  }

  @Override
  void key() {
    ahead = false;
  }

  @Override
  boolean keyIs(Key key) {
    return keyText().equals(key.text());
  }

  @Override
  String keyText() {
    try {
      return parser.currentName();
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  void skip() {
    try {
      if (!ahead) {
        parser.nextToken();
      }
      ahead = false;
      parser.skipChildren();
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  long copyBound() {
    try {
      return (long) Utf8.MOST_PER_CHAR * parser.getTextLength();
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  long copy(long address) {
    try {
      char[] chars = parser.getTextCharacters();
      int from = parser.getTextOffset();
      return Utf8.write(chars, from, parser.getTextLength(), address, input.offset());
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  String text() {
    try {
      return parser.getText();
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  byte[] bytes() {
    throw new IllegalStateException("JSON has no bytes");
  }

  @Override
  BigInteger big() {
    try {
      return parser.getBigIntegerValue();
    } catch (IOException e) {
      throw unreadable(e, input);
    }
  }

  @Override
  long offset() {
    return input.offsetOf(parser.currentTokenLocation().getByteOffset());
  }
}
