package dev.envelope.store.http;

import dev.envelope.testing.HttpApi;
import dev.envelope.testing.redis.Certificates;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The suite, with TLS. */
final class TlsHttpSuiteTest extends HttpStoreSuite {
  private Certificates certificates;

  @BeforeEach
  void start() {
    certificates = Certificates.authority("the suite's");
    api = new HttpApi(certificates.server());
  }

  @AfterEach
  void forget() {
    certificates.close();
  }

  @Override
  Map<String, String> options() {
    Map<String, String> options = super.options();
    options.put("http-tls-ca-file", certificates.authorityFile().toString());
    return options;
  }
}
