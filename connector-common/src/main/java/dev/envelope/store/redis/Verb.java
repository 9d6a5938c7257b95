package dev.envelope.store.redis;

import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;

/**
 * The commands that are sent; all of them only read.
 *
 * <p>Not Lettuce's own constants: it tells MULTI and EXEC by their text, to collect what is between
 * them by itself. Here the reply of EXEC goes straight to where the bytes belong, so the texts are
 * in lower case, which a server takes as well.
 */
final class Verb implements ProtocolKeyword {
  static final Verb ASKING = new Verb("asking");
  static final Verb CLUSTER = new Verb("cluster");
  static final Verb EXEC = new Verb("exec");
  static final Verb EXISTS = new Verb("exists");
  static final Verb GETRANGE = new Verb("getrange");
  static final Verb HELLO = new Verb("hello");
  static final Verb MULTI = new Verb("multi");
  static final Verb PTTL = new Verb("pttl");
  static final Verb READONLY = new Verb("readonly");
  static final Verb ROLE = new Verb("role");
  static final Verb SCAN = new Verb("scan");
  static final Verb STRLEN = new Verb("strlen");
  static final Verb TYPE = new Verb("type");
  static final Verb WATCH = new Verb("watch");

  private final String text;
  private final byte[] bytes;

  private Verb(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] getBytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return text;
  }
}
