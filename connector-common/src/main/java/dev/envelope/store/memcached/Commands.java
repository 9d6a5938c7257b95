package dev.envelope.store.memcached;

import dev.envelope.store.StoreTraffic;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands that are sent, and what their answers say. Stateless. */
final class Commands {
  /** The most that {@code memcached -I} can be set to. */
  private static final long LARGEST_VALUE = 1L << 30;

  private static final Pattern VALUE =
      Pattern.compile("VALUE (\\S+) \\d{1,10} (\\d{1,10})(?: \\d{1,20})?");

  private Commands() {}

  /**
   * Asks for a value.
   *
   * @return how long it is; its bytes, an empty line and {@code END} come next. -1 for none
   */
  static long get(Connection connection, String key, StoreTraffic traffic) throws IOException {
    connection.send(Connection.ascii("get " + key + "\r\n"));
    traffic.commands(1);
    return header(connection, key);
  }

  private static long header(Connection connection, String key) throws IOException {
    String line = connection.line();
    if (line.equals("END")) {
      return -1;
    }
    Matcher value = VALUE.matcher(line);
    if (!value.matches()) {
      throw refusal(line);
    }
    long size = Long.parseLong(value.group(2));
    if (!value.group(1).equals(key) || size > LARGEST_VALUE) {
      throw new ProtocolException("an answer to another question");
    }
    return size;
  }

  /**
   * How long values are, in the order of their keys; -1 for those that are not there. A server that
   * does not know {@code mg} has to send the values, which are dropped as they come.
   */
  static long[] lengths(Connection connection, List<String> keys, StoreTraffic traffic)
      throws IOException {
    StringBuilder command = new StringBuilder();
    keys.forEach(key -> command.append("mg ").append(key).append(" s\r\n"));
    connection.send(Connection.ascii(command.toString()));
    traffic.commands(keys.size());
    long[] lengths = new long[keys.size()];
    boolean known = true;
    for (int i = 0; i < lengths.length; i++) {
      String line = connection.line();
      known &= isKnown(line);
      lengths[i] = known ? number(line, 's') : -1;
    }
    if (!known) {
      for (int i = 0; i < lengths.length; i++) {
        lengths[i] = get(connection, keys.get(i), traffic);
        if (lengths[i] >= 0) {
          connection.skip(lengths[i]);
          traffic.received(lengths[i]);
          expectEnd(connection);
        }
      }
    }
    return lengths;
  }

  /** Reads what stands after a value. */
  static void expectEnd(Connection connection) throws IOException {
    if (!connection.line().isEmpty() || !connection.line().equals("END")) {
      throw new ProtocolException("a value that is not followed by its end");
    }
  }

  /** How long a value will live, in seconds; -1 for ever, or where nobody knows. */
  static long secondsLeft(Connection connection, String key, StoreTraffic traffic)
      throws IOException {
    connection.send(Connection.ascii("mg " + key + " t\r\n"));
    traffic.commands(1);
    String line = connection.line();
    return isKnown(line) ? number(line, 't') : -1;
  }

  /** Whether the server knew the command; other errors are thrown. */
  private static boolean isKnown(String line) throws IOException {
    if (line.equals("ERROR")) {
      return false;
    }
    if (!line.startsWith("HD") && !line.equals("EN")) {
      throw refusal(line);
    }
    return true;
  }

  private static long number(String line, char flag) throws IOException {
    if (line.equals("EN")) {
      return -1;
    }
    Matcher found = Pattern.compile("HD " + flag + "(-?\\d{1,10})\\s*").matcher(line);
    if (!found.matches()) {
      throw refusal(line);
    }
    return Long.parseLong(found.group(1));
  }

  /** The protocol names three kinds of errors; anything else is no answer of a Memcached. */
  private static IOException refusal(String line) {
    boolean error = line.matches("(ERROR|CLIENT_ERROR|SERVER_ERROR)( .*)?");
    return error ? new RefusedException(line) : new ProtocolException("no answer of a Memcached");
  }
}
