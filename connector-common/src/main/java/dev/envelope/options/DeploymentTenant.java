package dev.envelope.options;

import dev.envelope.InvalidOptionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** The tenant of a deployment that has only one, as cachekit looks it up. Stateless. */
final class DeploymentTenant {
  private static final String VARIABLE = "CACHEKIT_DEPLOYMENT_UUID";
  private static final String FILE = ".cachekit/deployment_uuid";

  /** From cachekit 0.20 on; before, a random one was put into the file. */
  private static final String FALLBACK = "default";

  private DeploymentTenant() {}

  static String find() {
    return find(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  static String find(Map<String, String> environment, Path home) {
    String variable = environment.get(VARIABLE);
    if (variable != null && !variable.isBlank()) {
      return variable.strip();
    }
    Path file = home.resolve(FILE);
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? FALLBACK : text;
    } catch (NoSuchFileException none) {
      return FALLBACK;
    } catch (IOException unreadable) {
      throw new InvalidOptionException(
          "the file "
              + FILE
              + " in the home directory, which names the tenant, cannot be read;"
              + " give option 'tenant'",
          unreadable);
    }
  }
}
