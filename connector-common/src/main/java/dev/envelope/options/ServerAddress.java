package dev.envelope.options;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port.
 *
 * @param host a name or an address, without brackets
 * @param port from 1 to 65535
 */
public record ServerAddress(String host, int port) implements Serializable {
  private static final int LARGEST_PORT = 65535;

  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

  /** The addresses of a list with commas; at least one. */
  static List<ServerAddress> parse(String hosts, int defaultPort) throws BadValueException {
    List<ServerAddress> addresses = new ArrayList<>();
    for (String host : hosts.split(",", -1)) {
      Matcher address = ADDRESS.matcher(host.strip());
      if (!address.matches()) {
        throw new BadValueException("names no host, or one that is not host:port");
      }
      int port = address.group(2) == null ? defaultPort : Integer.parseInt(address.group(2));
      if (port < 1 || port > LARGEST_PORT) {
        throw new BadValueException("has a port that does not exist");
      }
      String name = address.group(1);
      addresses.add(
          new ServerAddress(
              name.startsWith("[") ? name.substring(1, name.length() - 1) : name, port));
    }
    return addresses;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
