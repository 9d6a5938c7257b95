package dev.envelope.store.http;

import dev.envelope.StoreException;
import dev.envelope.options.HttpUrl;
import dev.envelope.store.EntryId;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** Says what an error of a connection means to a user; no message holds a key. Stateless. */
final class Troubles {
  private Troubles() {}

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> kind) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (kind.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Whether another attempt makes sense: not where time was waited for, or nothing will change. */
  static boolean mayPass(IOException e) {
    return !causedBy(e, SSLException.class)
        && !causedBy(e, UnresolvedAddressException.class)
        && !(e instanceof ProtocolException)
        && !(e instanceof HttpTimeoutException)
        && !(e instanceof SocketTimeoutException);
  }

  static StoreException failed(HttpUrl url, EntryId id, IOException e) {
    String problem;
    if (causedBy(e, CertPathValidatorException.class) || causedBy(e, CertificateException.class)) {
      problem =
          "shows a certificate that is not trusted, has expired or is for another host ("
              + innermost(e)
              + "); check the host of the URL, and name the authority's certificate by"
              + " http-tls-ca-file";
    } else if (causedBy(e, SSLException.class)) {
      problem =
          "cannot be spoken to by TLS (" + innermost(e) + "); check that the port is one for https";
    } else if (causedBy(e, UnresolvedAddressException.class)) {
      problem = "is not known by that name; check the URL";
    } else if (e instanceof HttpConnectTimeoutException || causedBy(e, ConnectException.class)) {
      problem =
          "cannot be reached; check host and port"
              + (url.tls() ? ", and that the port is one for https (TLS)" : "");
    } else if (e instanceof HttpTimeoutException || e instanceof SocketTimeoutException) {
      problem = "does not answer in time; check the server and http-request-timeout";
    } else if (e instanceof ProtocolException) {
      problem = "answers with what cannot be read: " + e.getMessage();
    } else if (e instanceof EOFException) {
      problem = "broke off: " + e.getMessage() + "; try again";
    } else {
      problem = "ended the connection (" + innermost(e) + "); try again";
    }
    return new StoreException(
        "the HTTP API at " + url + " " + problem + " (entry '" + id.label() + "')", e);
  }

  /** The innermost message says most; the ones around it repeat it, or say less. */
  private static String innermost(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    return String.valueOf(inner.getMessage());
  }
}
