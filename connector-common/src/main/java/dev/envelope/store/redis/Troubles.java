package dev.envelope.store.redis;

import dev.envelope.StoreException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.store.redis.Trouble.Cure;
import io.lettuce.core.RedisException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Says what an error of a server or of a connection means to a user. The messages name hosts, keys
 * and options, never passwords. Stateless.
 */
final class Troubles {
  private Troubles() {}

  /**
   * A server's error reply.
   *
   * @param what what was being done, such as {@code entry 'k'}
   * @param server the host and port
   * @param reply the error as the server wrote it
   */
  static Trouble ofReply(String what, String server, String reply) {
    int blank = reply.indexOf(' ');
    String code = blank < 0 ? reply : reply.substring(0, blank);
    return switch (code) {
      case "WRONGTYPE" ->
          fatal(
              new UnsupportedEntryException(
                  what + ": the key holds another kind of value than a string; it is no entry"));
      case "NOAUTH" ->
          store(
              Cure.NONE,
              what,
              server,
              "wants a password; give redis-password, redis-password-file or redis-password-env"
                  + " (and redis-username), or a URL with user:password@");
      case "WRONGPASS" ->
          store(
              Cure.NONE,
              what,
              server,
              "refuses user and password; check redis-username and redis-password");
      case "NOPERM" ->
          store(
              Cure.NONE,
              what,
              server,
              "does not permit it to this user ("
                  + harmless(reply)
                  + "); the user needs the keys and +getrange +strlen +exists +type +pttl +scan"
                  + " +multi +exec +watch +role +hello +ping, and for a cluster +cluster|slots"
                  + " +readonly +asking");
      case "LOADING" ->
          store(
              Cure.PATIENCE,
              what,
              server,
              "is still loading its data; try again when it has started");
      case "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN" ->
          store(
              Cure.PATIENCE,
              what,
              server,
              "cannot answer now (" + harmless(reply) + "); look at the state of its cluster");
      case "BUSY" -> store(Cure.PATIENCE, what, server, "is busy with a script; try again later");
      case "READONLY" ->
          store(
              Cure.PATIENCE,
              what,
              server,
              "says that it is a replica; connect to the master, or set redis-read-from ="
                  + " replica-preferred");
      case "OOM" ->
          store(
              Cure.PATIENCE,
              what,
              server,
              "is out of memory (maxmemory) and refuses commands; give it memory or let it evict");
      case "MOVED", "ASK" -> redirect(what, server, code, reply);
      case "CROSSSLOT" ->
          store(
              Cure.NONE,
              what,
              server,
              "takes one command for several slots, so it is no cluster of the usual kind; set"
                  + " redis-topology = cluster, or connect to it without a proxy");
      case "MISCONF" ->
          store(Cure.NONE, what, server, "refuses commands (" + harmless(reply) + ")");
      default -> unknown(what, server, reply);
    };
  }

  private static Trouble redirect(String what, String server, String code, String reply) {
    String[] words = reply.split(" ", -1);
    String target = words.length > 2 ? words[2] : null;
    if (target != null && target.startsWith(":")) {
      // A server that does not know its own name means the one that was asked.
      target = server.substring(0, server.lastIndexOf(':')) + target;
    }
    StoreException error =
        new StoreException(
            "Redis at "
                + server
                + " sends on to other servers again and again ("
                + what
                + "); the cluster is being rearranged, or its servers cannot be reached under the"
                + " names that it gives: check redis-topology and cluster-announce-ip");
    return new Trouble(Cure.ELSEWHERE, error, target, code.equals("ASK"));
  }

  private static Trouble unknown(String what, String server, String reply) {
    String lower = reply.toLowerCase(Locale.ROOT);
    if (lower.contains("execabort") || lower.contains("unknown command")) {
      return store(
          Cure.NONE,
          what,
          server,
          "does not know a command that is needed ("
              + harmless(reply)
              + "); a proxy without MULTI, EXEC and WATCH is in the way: connect to the servers"
              + " behind it");
    }
    if (lower.contains("invalid password") || lower.contains("without any password configured")) {
      return store(
          Cure.NONE, what, server, "refuses the password; check redis-username and redis-password");
    }
    if (lower.contains("db index")) {
      return store(Cure.NONE, what, server, "has no such database; check redis-database");
    }
    if (lower.contains("max number of clients")) {
      return store(Cure.PATIENCE, what, server, "has no connection left (maxclients)");
    }
    return store(Cure.NONE, what, server, "answers: " + harmless(reply));
  }

  /** A server may repeat arguments; those are keys at most, and long ones are cut. */
  private static String harmless(String reply) {
    return reply.length() > 200 ? reply.substring(0, 200) + "…" : reply;
  }

  /** A connection that could not be made, or ended. */
  static Trouble ofConnection(String what, String server, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Trouble trouble) {
        return trouble;
      }
      String reply = cause.getMessage() == null ? "" : cause.getMessage();
      if (cause instanceof RedisException && reply.matches("[A-Z]{2,}( .*)?")) {
        return ofReply(what, server, reply);
      }
      if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
        return certificate(what, server, cause, failure);
      }
      if (cause instanceof UnknownHostException) {
        return lost(what, server, "is not known by that name; check the URL", failure);
      }
      if (cause instanceof FileNotFoundException) {
        return lost(what, server, "is not there: no such socket; check the URL", failure);
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("not an SSL/TLS record")) {
          return fatal(
              error(what, server, "does not speak TLS; begin the URL with redis://", failure));
        }
        return fatal(
            error(
                what,
                server,
                "broke off the TLS handshake ("
                    + text
                    + "); it may want a client's certificate: redis-tls-certificate-file and"
                    + " redis-tls-key-file",
                failure));
      }
      if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
        return lost(
            what,
            server,
            "does not answer in time; check the host, redis-connect-timeout, and whether the port"
                + " speaks TLS or not, as the URL says",
            failure);
      }
      if (cause instanceof ConnectException) {
        return lost(what, server, "cannot be reached; check host and port", failure);
      }
    }
    return lost(what, server, "ended the connection", failure);
  }

  private static Trouble certificate(
      String what, String server, Throwable cause, Throwable failure) {
    // The ones around it say only that no path was found.
    Throwable inner = cause;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    String text = String.valueOf(inner.getMessage());
    String problem;
    if (inner instanceof CertificateExpiredException || text.contains("NotAfter")) {
      problem = "shows a certificate that has expired; renew it on the server";
    } else if (inner instanceof CertificateNotYetValidException) {
      problem = "shows a certificate that is not valid yet; check the clocks";
    } else if (text.contains("subject alternative") || text.contains("No name matching")) {
      problem =
          "shows a certificate for another host; connect by a name that it is for, or set"
              + " redis-tls-verify = ca";
    } else {
      problem =
          "shows a certificate of an authority that is not known; name the authority's certificate"
              + " by redis-tls-ca-file";
    }
    return fatal(error(what, server, problem, failure));
  }

  /** Nothing came for too long. */
  static Trouble noProgress(String what, String server, Duration patience) {
    return fatal(
        new StoreException(
            "Redis at "
                + server
                + " answered nothing for "
                + patience.toMillis() / 1000.0
                + " s ("
                + what
                + "); check the server and the network, or raise redis-command-timeout"));
  }

  /** A reply that is no answer to what was asked. */
  static Trouble garbled(String what, String server) {
    return lost(
        what,
        server,
        "sent a reply of another length than asked for; something on the way garbles replies",
        null);
  }

  /** The task was ended while it waited. */
  static Trouble interrupted(String what, InterruptedException cause) {
    return fatal(new StoreException("interrupted while reading " + what, cause));
  }

  private static Trouble lost(String what, String server, String problem, Throwable cause) {
    return new Trouble(Cure.AGAIN, error(what, server, problem, cause));
  }

  private static Trouble store(Cure cure, String what, String server, String problem) {
    return new Trouble(cure, error(what, server, problem, null));
  }

  static Trouble fatal(dev.envelope.EnvelopeException error) {
    return new Trouble(Cure.NONE, error);
  }

  private static StoreException error(String what, String server, String problem, Throwable cause) {
    return new StoreException("Redis at " + server + " " + problem + " (" + what + ")", cause);
  }
}
