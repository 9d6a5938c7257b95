package dev.envelope.store.http;

import dev.envelope.StoreException;
import dev.envelope.options.HttpUrl;
import dev.envelope.store.EntryId;
import java.net.http.HttpResponse;

/** A response that is no value: its status says why. */
final class HttpRefusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final long retryAfter;

  private HttpRefusal(int status, long retryAfter) {
    super("status " + status);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  static HttpRefusal of(HttpResponse<?> response) {
    String wait = response.headers().firstValue("Retry-After").orElse("").strip();
    // A date is not worth being parsed: the pauses grow anyway.
    boolean seconds = wait.matches("\\d{1,9}");
    return new HttpRefusal(response.statusCode(), seconds ? Long.parseLong(wait) : 0);
  }

  /** Whether the same request may succeed in a while. */
  boolean passes() {
    return status == 429 || (status >= 500 && status != 501 && status != 505);
  }

  /** How many seconds to wait, as the server says; 0 where it says nothing. */
  long retryAfter() {
    return retryAfter;
  }

  /** Says what is wrong, and what to do. */
  StoreException described(EntryId id, HttpUrl url) {
    String problem;
    if (status == 401 || status == 403) {
      problem =
          "refuses the API key (status "
              + status
              + "); check api-key-secret, api-key-secret-file or CACHEKIT_API_KEY";
    } else if (status == 429) {
      problem =
          "refuses more requests for now (status 429"
              + (retryAfter > 0 ? ", asks for " + retryAfter + " s of patience" : "")
              + "); read fewer entries at once, or look at the quota of the API key";
    } else if (status >= 300 && status < 400) {
      problem =
          "sends on to another place (status "
              + status
              + "), which is not followed, since the API key would go along; give the final URL";
    } else if (status >= 500) {
      problem = "has trouble of its own (status " + status + "); try again later";
    } else {
      problem =
          "answers with status "
              + status
              + "; check that the URL is that of the API, without /v1/cache";
    }
    return new StoreException(
        "the HTTP API at " + url + " " + problem + " (entry '" + id.label() + "')", this);
  }
}
