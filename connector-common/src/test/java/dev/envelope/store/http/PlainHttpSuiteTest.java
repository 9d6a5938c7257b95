package dev.envelope.store.http;

import dev.envelope.testing.HttpApi;
import org.junit.jupiter.api.BeforeEach;

/** The suite, without TLS. */
final class PlainHttpSuiteTest extends HttpStoreSuite {
  @BeforeEach
  void start() {
    api = new HttpApi();
  }
}
