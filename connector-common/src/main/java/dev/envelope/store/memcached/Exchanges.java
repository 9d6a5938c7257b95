package dev.envelope.store.memcached;

import dev.envelope.StoreException;
import dev.envelope.options.ServerAddress;
import dev.envelope.store.StoreTraffic;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/**
 * Runs questions on connections: gives those back that are in order, closes the others, asks again
 * where that may help, and says what is wrong where it does not. Thread-safe.
 */
final class Exchanges {
  /** How often a server is asked that ends connections or refuses them. */
  private static final int ATTEMPTS = 3;

  /** How long to wait before the second time; twice as long before the third one. */
  private static final long PAUSE_MILLIS = 100;

  private final ConnectionPool pool;
  private final StoreTraffic traffic;

  Exchanges(ConnectionPool pool, StoreTraffic traffic) {
    this.pool = pool;
    this.traffic = traffic;
  }

  /** Sends something and reads the answer. */
  interface Exchange<T> {
    T run(Connection connection) throws IOException;
  }

  /** Runs an exchange after which nothing is under way. */
  <T> T run(ServerAddress server, String what, Exchange<T> exchange) {
    return attempt(
        server,
        what,
        connection -> {
          T result = exchange.run(connection);
          pool.release(connection);
          return result;
        });
  }

  /** Runs an exchange whose result takes over the connection, unless it is null. */
  <T> T begin(ServerAddress server, String what, Exchange<T> exchange) {
    return attempt(
        server,
        what,
        connection -> {
          T result = exchange.run(connection);
          if (result == null) {
            pool.release(connection);
          }
          return result;
        });
  }

  private <T> T attempt(ServerAddress server, String what, Exchange<T> exchange) {
    for (int attempt = 1; ; attempt++) {
      long start = System.nanoTime();
      Connection connection = null;
      try {
        connection = pool.acquire(server);
        T result = exchange.run(connection);
        traffic.waited(System.nanoTime() - start);
        return result;
      } catch (IOException e) {
        boolean stale = connection != null && connection.reused();
        close(connection, e);
        if (attempt == ATTEMPTS || isFinal(e)) {
          throw failed(server, what, e);
        }
        traffic.retried();
        if (!stale) {
          pause(server, what, attempt);
        }
      } catch (RuntimeException | Error e) {
        close(connection, e);
        throw e;
      }
    }
  }

  private static void close(Connection connection, Throwable failure) {
    if (connection != null) {
      try {
        connection.close();
      } catch (StoreException e) {
        failure.addSuppressed(e);
      }
    }
  }

  /** What the next attempt would end with as well, or what took its time already. */
  private static boolean isFinal(IOException e) {
    return e instanceof ProtocolException
        || e instanceof RefusedException
        || e instanceof SocketTimeoutException
        || e instanceof UnknownHostException
        || Thread.currentThread().isInterrupted();
  }

  private static void pause(ServerAddress server, String what, int attempt) {
    try {
      Thread.sleep(PAUSE_MILLIS * attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(server, what, new IOException("the thread was interrupted", e));
    }
  }

  /** Says what is wrong, and what to do. */
  static StoreException failed(ServerAddress server, String what, IOException e) {
    String problem;
    if (e instanceof UnknownHostException) {
      problem = "is not known by that name; check the URL";
    } else if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      problem =
          "cannot be reached; check host and port, and that all servers of the URL are running: keys"
              + " are spread over all of them";
    } else if (e instanceof SocketTimeoutException) {
      problem =
          "does not answer in time; check the server, memcached-command-timeout, and whether the"
              + " port speaks Memcached's text protocol without TLS";
    } else if (e instanceof RefusedException) {
      problem = "answers: " + e.getMessage();
    } else if (e instanceof ProtocolException) {
      problem =
          "answers with what is not Memcached's text protocol ("
              + e.getMessage()
              + "); check host and port";
    } else {
      problem = "ended the connection (" + e.getMessage() + "); try again";
    }
    return new StoreException("the Memcached at " + server + " " + problem + " (" + what + ")", e);
  }
}
