package dev.envelope.options;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The options of the table that only a Redis has. Immutable. */
public final class RedisOptions {
  /** Below this the commands are most of the work. */
  private static final long SMALLEST_CHUNK = 4096;

  /** Keys that look alike. */
  public static final Option<String> KEYS_PATTERN =
      Option.unset(
          "keys-pattern",
          new TextType("glob"),
          OptionTable.V0_1,
          "Reads the entries of a Redis whose keys match this glob (`*`, `?`, `[a-z]`,"
              + " `\\` before a character that is meant as such), such as"
              + " `t:default:ns:features:*`. Locks are left out.");

  /** Keys of a namespace. */
  public static final Option<String> NAMESPACE =
      Option.unset(
          "namespace",
          new TextType("text"),
          OptionTable.V0_1,
          "Reads the entries of a Redis that cachekit's decorator wrote with this"
              + " namespace; with `function` too, those of one function in it. Most of them lie"
              + " under a tenant: see `tenant`.");

  /** Keys of a function. */
  public static final Option<String> FUNCTION =
      Option.unset(
          "function",
          new TextType("text"),
          OptionTable.V0_1,
          "Reads the entries of a Redis that cachekit's decorator wrote for this"
              + " function, named by module and qualified name, such as `shop.features.daily`;"
              + " without `namespace`, those that have none.");

  /** The user. */
  public static final Option<String> USERNAME =
      Option.unset(
          "redis-username",
          new TextType("text"),
          OptionTable.V0_1,
          "The user of a Redis with access control lists; counts before the one in `url`.");

  /** The password. */
  public static final Option<String> PASSWORD =
      Option.unset(
              "redis-password",
              new TextType("text"),
              OptionTable.V0_1,
              "The password of a Redis; counts before the one in `url`.")
          .asSecret();

  /** A file with the password. */
  public static final Option<Path> PASSWORD_FILE =
      Option.unset(
              "redis-password-file",
              new LocalPathType("file"),
              OptionTable.V0_1,
              "A file that holds the password of a Redis, on every machine that reads it.")
          .asSecret();

  /** A variable with the password. */
  public static final Option<String> PASSWORD_ENV =
      Option.unset(
              "redis-password-env",
              new TextType("name"),
              OptionTable.V0_1,
              "An environment variable that holds the password of a Redis, on every machine"
                  + " that reads it.")
          .asSecret();

  /** The database. */
  public static final Option<Integer> DATABASE =
      Option.unset(
          "redis-database",
          new CountType(0, 999_999),
          OptionTable.V0_1,
          "The number of the database of a Redis; counts before the one in `url`. A"
              + " cluster has only database 0.");

  /** The name of connections. */
  public static final Option<String> CLIENT_NAME =
      Option.withDefault(
          "redis-client-name",
          new TextType("text"),
          "envelope",
          OptionTable.V0_1,
          "How connections are called in `CLIENT LIST` of a Redis.");

  /** Cluster or not. */
  public static final Option<RedisTopology> TOPOLOGY =
      Option.withDefault(
          "redis-topology",
          ChoiceType.of(RedisTopology.class),
          "auto",
          OptionTable.V0_1,
          "Whether the servers of a Redis are a cluster. `auto` asks the first seed that"
              + " answers.");

  /** Master or replicas. */
  public static final Option<RedisReadFrom> READ_FROM =
      Option.withDefault(
          "redis-read-from",
          ChoiceType.of(RedisReadFrom.class),
          "master",
          OptionTable.V0_1,
          "Which servers of a Redis are read. A replica may lag behind, so that an entry"
              + " that was just written seems not to be there; what is read of an entry always"
              + " comes from one server.");

  /** Who may sign. */
  public static final Option<Path> TLS_CA_FILE =
      Option.unset(
          "redis-tls-ca-file",
          new LocalPathType("file"),
          OptionTable.V0_1,
          "Certificates (PEM) of the authorities that may sign a server's certificate;"
              + " Java's own list where it is not given.");

  /** Who we are. */
  public static final Option<Path> TLS_CERTIFICATE_FILE =
      Option.unset(
          "redis-tls-certificate-file",
          new LocalPathType("file"),
          OptionTable.V0_1,
          "The certificate (PEM, with its chain) that this client shows; needs"
              + " `redis-tls-key-file`.");

  /** How we prove it. */
  public static final Option<Path> TLS_KEY_FILE =
      Option.unset(
          "redis-tls-key-file",
          new LocalPathType("file"),
          OptionTable.V0_1,
          "The private key (PEM, PKCS 8, not encrypted) of the client's certificate.");

  /** What is checked. */
  public static final Option<TlsVerify> TLS_VERIFY =
      Option.withDefault(
          "redis-tls-verify",
          ChoiceType.of(TlsVerify.class),
          "full",
          OptionTable.V0_1,
          "What is checked of a server's certificate: `full` who signed it and the host"
              + " it is for, `ca` only who signed it, `none` nothing, which lets anybody read"
              + " along.");

  /** Patience with connections. */
  public static final Option<Duration> CONNECT_TIMEOUT =
      Option.withDefault(
          "redis-connect-timeout",
          new DurationType(),
          "5s",
          OptionTable.V0_1,
          "How long it may take to connect to a Redis.");

  /** Patience with replies. */
  public static final Option<Duration> COMMAND_TIMEOUT =
      Option.withDefault(
          "redis-command-timeout",
          new DurationType(),
          "30s",
          OptionTable.V0_1,
          "How long a Redis that was asked for something may answer nothing before the"
              + " read fails. A chunk (`redis-chunk-size`) counts as an answer when it is there"
              + " as a whole.");

  /** Bytes a command. */
  public static final Option<Long> CHUNK_SIZE =
      Option.withDefault(
          "redis-chunk-size",
          new ByteSizeType(SMALLEST_CHUNK, false),
          "2m",
          OptionTable.V0_1,
          "How many bytes of a large entry one command asks a Redis for.");

  /** Commands at once. */
  public static final Option<Integer> WINDOW =
      Option.withDefault(
          "redis-window",
          new CountType(1, 64),
          "3",
          OptionTable.V0_1,
          "How many such commands are on their way at once, for each entry that is being"
              + " read.");

  /** All of them, in the order of the documentation. Comes after the constants that it lists. */
  static final List<Option<?>> ALL =
      List.of(
          KEYS_PATTERN,
          NAMESPACE,
          FUNCTION,
          USERNAME,
          PASSWORD,
          PASSWORD_FILE,
          PASSWORD_ENV,
          DATABASE,
          CLIENT_NAME,
          TOPOLOGY,
          READ_FROM,
          TLS_CA_FILE,
          TLS_CERTIFICATE_FILE,
          TLS_KEY_FILE,
          TLS_VERIFY,
          CONNECT_TIMEOUT,
          COMMAND_TIMEOUT,
          CHUNK_SIZE,
          WINDOW);

  private RedisOptions() {}
}
