package dev.envelope.testing.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that are free now. They may be taken the next moment, so whoever uses one must be ready to
 * ask for another.
 */
final class Ports {
  /**
   * Below the ports that Linux hands out by itself (from 32768 on), as is the one that a node of a
   * cluster listens on besides, 10000 above.
   */
  private static final int FIRST = 10_000;

  private static final int LAST = 22_000;
  private static final int BUS = 10_000;

  private Ports() {}

  static InetAddress loopback() {
    try {
      return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A port that is free, and its companion for a cluster as well. */
  static int free() {
    for (int i = 0; i < 1000; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port) && isFree(port + BUS)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(loopback(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
