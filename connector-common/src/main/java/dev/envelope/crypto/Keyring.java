package dev.envelope.crypto;

import dev.envelope.AuthenticationException;
import dev.envelope.EnvelopeException;
import dev.envelope.InvalidOptionException;
import dev.envelope.options.KeySettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Master keys: the current one, and at most three previous ones, which only decrypt. Owned by
 * whoever loaded it; {@link #close} wipes the keys. Used by one thread at a time.
 */
final class Keyring implements AutoCloseable {
  /** The limits of cachekit. */
  private static final int MOST_PREVIOUS = 3;

  private static final int SHORTEST = 32;

  private final List<byte[]> keys;

  private Keyring(List<byte[]> keys) {
    this.keys = keys;
  }

  /**
   * Loads keys.
   *
   * @return the keyring, empty where there is no key
   * @throws InvalidOptionException when keys cannot be loaded or break a rule; says which one by
   *     its place and never shows it
   */
  static Keyring load(KeySettings settings) {
    Keyring loaded =
        settings.provider() != null
            ? provided(settings.provider())
            : parsed(settings.resolve(), settings.file() == null);
    try {
      loaded.check();
      return loaded;
    } catch (InvalidOptionException e) {
      loaded.close();
      throw e;
    }
  }

  /**
   * Keys that stand somewhere as text. Only the environment may have none: who names a file means
   * to trust nothing that is not encrypted.
   */
  private static Keyring parsed(KeySettings.Texts texts, boolean mayBeNone) {
    List<byte[]> keys = new ArrayList<>();
    for (String text : texts.keys()) {
      try {
        keys.add(HexFormat.of().parseHex(text));
      } catch (IllegalArgumentException e) {
        wipe(keys);
        // Its message shows a part of the key.
        throw new InvalidOptionException(
            texts.source()
                + ": "
                + name(keys.size())
                + " (secret, not shown) is not in hexadecimal digits, two for each byte");
      }
    }
    if (keys.isEmpty() && !mayBeNone) {
      throw new InvalidOptionException(
          texts.source() + ": there is no key; write the master key into the first line");
    }
    return new Keyring(keys);
  }

  private static Keyring provided(String className) {
    List<byte[]> keys;
    try {
      keys = provider(className).masterKeys();
    } catch (EnvelopeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new InvalidOptionException(
          "option 'master-key-provider': class " + className + " has failed to fetch the keys", e);
    }
    if (keys == null || keys.isEmpty()) {
      throw new InvalidOptionException(
          "option 'master-key-provider': class " + className + " has no key");
    }
    return new Keyring(new ArrayList<>(keys));
  }

  private static MasterKeyProvider provider(String className) {
    try {
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      ClassLoader loader = context == null ? Keyring.class.getClassLoader() : context;
      Object provider =
          Class.forName(className, true, loader).getDeclaredConstructor().newInstance();
      if (provider instanceof MasterKeyProvider keys) {
        return keys;
      }
      throw new InvalidOptionException(
          "option 'master-key-provider': class "
              + className
              + " does not implement "
              + MasterKeyProvider.class.getName());
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new InvalidOptionException(
          "option 'master-key-provider': no instance of class "
              + className
              + " can be made; it must be on the class path of the driver and all executors, public"
              + " and with a constructor without parameters",
          e);
    }
  }

  private void check() {
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i) == null || keys.get(i).length < SHORTEST) {
        throw new InvalidOptionException(
            name(i) + " has less than " + SHORTEST + " bytes (" + 2 * SHORTEST + " digits)");
      }
      if (i > 0 && MessageDigest.isEqual(keys.get(0), keys.get(i))) {
        throw new InvalidOptionException(
            "the current master key is also " + name(i) + "; a previous one only decrypts");
      }
    }
    if (keys.size() > 1 + MOST_PREVIOUS) {
      throw new InvalidOptionException(
          "there are "
              + (keys.size() - 1)
              + " previous master keys; cachekit has at most "
              + MOST_PREVIOUS);
    }
  }

  private static String name(int index) {
    return index == 0 ? "the master key" : "previous master key " + index;
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  /**
   * The keys to try for a payload.
   *
   * @param fingerprint which key it names, or null where it names none
   * @return the only one that has the fingerprint, or all in their order; the caller closes them
   * @throws AuthenticationException when none has it
   */
  List<TenantKey> candidates(String tenant, String fingerprint) {
    byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
    if (name.length > TenantKey.LONGEST_TENANT) {
      throw new AuthenticationException("the tenant's name is longer than any can be");
    }
    List<TenantKey> candidates = new ArrayList<>();
    for (byte[] key : keys) {
      TenantKey derived = TenantKey.derive(key, name);
      if (fingerprint == null || fingerprint.equalsIgnoreCase(derived.fingerprint())) {
        candidates.add(derived);
      } else {
        derived.close();
      }
    }
    if (candidates.isEmpty()) {
      throw new AuthenticationException(
          "no master key that was given leads to the key that it names by its fingerprint "
              + fingerprint
              + " (tenant '"
              + tenant
              + "'); give the one that it was written with, also as a previous one");
    }
    return candidates;
  }

  private static void wipe(List<byte[]> keys) {
    keys.stream().filter(key -> key != null).forEach(key -> Arrays.fill(key, (byte) 0));
  }

  @Override
  public void close() {
    wipe(keys);
  }
}
