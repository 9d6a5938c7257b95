package dev.envelope.store.http;

import dev.envelope.MissingEntryException;
import dev.envelope.options.HttpSettings;
import dev.envelope.store.EntryId;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.ValueReply;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends requests for values: follows no redirect (the key would go along), sends again what a
 * server refuses for now, four times at most. Thread-safe.
 */
final class Requests {
  /** Values of cachekit are below this; what claims more is not allocated. */
  private static final long LARGEST_VALUE = 4L << 30;

  private static final int ATTEMPTS = 4;

  /** The first pause; each further one is twice as long, and all are up to half as long again. */
  private static final long PAUSE_MILLIS = 200;

  /** The longest wait that a server may ask for. */
  private static final long LONGEST_PAUSE_SECONDS = 10;

  private final HttpSettings settings;
  private final StoreTraffic traffic;
  private final HttpClient client;
  private final String authorization;

  Requests(HttpSettings settings, StoreTraffic traffic) {
    this.settings = settings;
    this.traffic = traffic;
    this.authorization = "Bearer " + settings.resolveApiKey();
    this.client = Clients.of(settings);
  }

  /**
   * Asks for a value.
   *
   * @throws MissingEntryException when there is none
   */
  ValueReply get(EntryId id) {
    if (!PathSegment.possible(id.name())) {
      throw new MissingEntryException(
          "there is no entry '" + id.label() + "': the HTTP API has no entry of that name");
    }
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(settings.url().base() + "/v1/cache/" + PathSegment.of(id.name())))
            .timeout(settings.requestTimeout())
            .header("Authorization", authorization)
            // Tells the service that nothing is cached in this process.
            .header("X-CacheKit-L1-Status", "disabled")
            .header("User-Agent", "envelope")
            .GET()
            .build();
    for (int attempt = 1; ; attempt++) {
      long pause = PAUSE_MILLIS << (attempt - 1);
      pause += ThreadLocalRandom.current().nextLong(pause / 2);
      try {
        return send(id, request);
      } catch (HttpRefusal refusal) {
        if (attempt == ATTEMPTS
            || !refusal.passes()
            || refusal.retryAfter() > LONGEST_PAUSE_SECONDS) {
          throw refusal.described(id, settings.url());
        }
        pause = Math.max(pause, 1000 * refusal.retryAfter());
      } catch (IOException e) {
        if (attempt == ATTEMPTS || !Troubles.mayPass(e)) {
          throw Troubles.failed(settings.url(), id, e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Troubles.failed(settings.url(), id, new IOException("interrupted", e));
      }
      traffic.retried();
      pause(id, pause);
    }
  }

  private void pause(EntryId id, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Troubles.failed(settings.url(), id, new IOException("interrupted", e));
    }
  }

  private ValueReply send(EntryId id, HttpRequest request)
      throws IOException, InterruptedException, HttpRefusal {
    traffic.commands(1);
    long start = System.nanoTime();
    HttpResponse<Body> response =
        client.send(request, headers -> new Body(settings.requestTimeout()));
    traffic.waited(System.nanoTime() - start);
    Body body = response.body();
    boolean taken = false;
    try {
      if (response.statusCode() == 404) {
        throw new MissingEntryException(
            "there is no entry '"
                + id.label()
                + "' behind "
                + settings.url()
                + "; it was never written, has expired or was deleted (is it the right API key?)");
      }
      if (response.statusCode() != 200) {
        throw HttpRefusal.of(response);
      }
      ValueReply reply = reply(response);
      taken = true;
      return reply;
    } finally {
      if (!taken) {
        body.cancel();
      }
    }
  }

  private ValueReply reply(HttpResponse<Body> response) throws IOException {
    String coding = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!coding.equalsIgnoreCase("identity")) {
      throw new ProtocolException("the body is encoded, which was not asked for");
    }
    OptionalLong length;
    try {
      length = response.headers().firstValueAsLong("Content-Length");
    } catch (NumberFormatException e) {
      throw new ProtocolException("the Content-Length is not a number");
    }
    if (length.isEmpty()) {
      return GatheredReply.of(response.body(), LARGEST_VALUE, traffic);
    }
    if (length.getAsLong() < 0 || length.getAsLong() > LARGEST_VALUE) {
      throw new ProtocolException(
          "the Content-Length is " + length.getAsLong() + ", and values have less");
    }
    return new Reply(response.body(), length.getAsLong(), traffic);
  }
}
