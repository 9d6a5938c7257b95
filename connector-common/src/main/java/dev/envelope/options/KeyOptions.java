package dev.envelope.options;

import java.nio.file.Path;
import java.util.List;

/** The options of the table about encryption. Immutable. */
public final class KeyOptions {
  /** The current master key. */
  public static final Option<String> MASTER_KEY =
      Option.unset(
              "master-key-secret",
              new TextType("text"),
              OptionTable.V0_1,
              "The master key that entries are encrypted with, in hexadecimal. Given here it travels"
                  + " to executors with every query; `master-key-secret-file`, `master-key-provider`"
                  + " and the environment do not. Where none of the three is given, the environment"
                  + " variables `CACHEKIT_MASTER_KEY` and `CACHEKIT_PREVIOUS_MASTER_KEYS` of each"
                  + " process that reads are looked into. See [encryption](encryption.md).")
          .asSecret();

  /** Keys of the past. */
  public static final Option<String> PREVIOUS_MASTER_KEYS =
      Option.unset(
              "previous-master-key-secrets",
              new TextType("text"),
              OptionTable.V0_1,
              "At most three master keys that entries may still be encrypted with, with commas"
                  + " between them. Goes with `master-key-secret`.")
          .asSecret();

  /** A file of keys. */
  public static final Option<Path> MASTER_KEY_FILE =
      Option.unset(
              "master-key-secret-file",
              new LocalPathType("file"),
              OptionTable.V0_1,
              "A file with the master key in its first line and previous ones, at most three, in the"
                  + " next ones, on every machine that reads.")
          .asSecret();

  /** A class that fetches keys. */
  public static final Option<String> PROVIDER =
      Option.unset(
          "master-key-provider",
          new TextType("class name"),
          OptionTable.V0_1,
          "A class that implements `dev.envelope.crypto.MasterKeyProvider` and fetches the master"
              + " keys, from a key service for instance. Made once for each plan and each task.");

  /** Entries that are not encrypted, in spite of a key. */
  public static final Option<Boolean> ALLOW_PLAINTEXT =
      Option.withDefault(
          "allow-plaintext",
          ChoiceType.ofBoolean(),
          "false",
          OptionTable.V0_1,
          "Whether entries that are not encrypted are read although there is a master key. They"
              + " could have been put there by anybody who can write to the store, so they are"
              + " refused by default.");

  /** All of them, in the order of the documentation. Comes after the constants that it lists. */
  static final List<Option<?>> ALL =
      List.of(MASTER_KEY, PREVIOUS_MASTER_KEYS, MASTER_KEY_FILE, PROVIDER, ALLOW_PLAINTEXT);

  private KeyOptions() {}
}
