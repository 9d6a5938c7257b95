package dev.envelope.store.http;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.HttpSettings;
import dev.envelope.store.StoreLocation;
import dev.envelope.store.StoreSuite;
import dev.envelope.testing.HttpApi;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The HTTP API does what every store does, with TLS and without. */
abstract class HttpStoreSuite extends StoreSuite {
  HttpApi api;

  @AfterEach
  void stop() {
    api.close();
  }

  Map<String, String> options() {
    Map<String, String> options = new HashMap<>();
    options.put("url", api.url());
    options.put("key", "unused");
    options.put("api-key-secret", HttpApi.API_KEY);
    return options;
  }

  @Override
  protected void put(String key, byte[] value) {
    api.put(key, value);
  }

  /** The API hides what has expired. */
  @Override
  protected void putExpired(String key, byte[] value) {
    api.remove(key);
  }

  @Override
  protected void remove(String key) {
    api.remove(key);
  }

  @Override
  protected void shutDown() {
    api.stop();
  }

  @Override
  protected void startAgain() {
    api.start();
  }

  @Override
  protected StoreLocation location() {
    return new HttpStoreLocation(
        (HttpSettings) EnvelopeOptions.parse(options()).remote().orElseThrow());
  }

  @Override
  protected boolean lists() {
    return false;
  }
}
