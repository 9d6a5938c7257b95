package dev.envelope.options;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where the hosted HTTP API is. Immutable.
 *
 * @param base the scheme ({@code http} or {@code https}), the host and the port, and a path where
 *     there is one, without a slash at the end
 */
public record HttpUrl(URI base) implements StoreUrl {

  /** A whole URL. The messages never repeat it: it may hold a password in the wrong place. */
  static HttpUrl parse(String text) throws BadValueException {
    if (text.contains("@")) {
      throw new BadValueException(
          "holds a user or a password, which the HTTP API does not take; give the key as"
              + " api-key-secret");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException malformed) {
      throw new BadValueException("is not a URL");
    }
    if (uri.getHost() == null) {
      throw new BadValueException("names no host");
    }
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new BadValueException(
          "has a query or a fragment, and only the start of a URL is taken");
    }
    String path = uri.getRawPath().replaceFirst("/+$", "");
    try {
      return new HttpUrl(
          new URI(uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getRawAuthority() + path));
    } catch (URISyntaxException malformed) {
      throw new BadValueException("is not a URL");
    }
  }

  /** Whether connections are encrypted. */
  public boolean tls() {
    return base.getScheme().equals("https");
  }

  @Override
  public String toString() {
    return base.toString();
  }
}
