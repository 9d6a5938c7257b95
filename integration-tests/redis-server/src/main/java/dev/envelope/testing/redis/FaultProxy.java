package dev.envelope.testing.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/**
 * Stands between a client and a server on 127.0.0.1, counts what goes through, and does to it what
 * networks and broken servers do.
 *
 * <p>What is asked for "once" is armed until it happens; arming it again replaces it. Thread-safe.
 * The server may speak TLS; then only what does not look into replies works.
 */
public final class FaultProxy implements AutoCloseable {
  private final int target;
  private final int port;
  private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Map<Direction, Lane> lanes = new EnumMap<>(Direction.class);
  private ServerSocket listener;
  private Thread acceptor;

  /** What holds for one direction, over all connections. */
  private static final class Lane {
    final AtomicLong bytes = new AtomicLong();
    volatile long rate;
    volatile long cutEach = Long.MAX_VALUE;
    volatile Duration delay = Duration.ZERO;

    /** At which value of {@link #bytes} something is to be done, and what. */
    long at = Long.MAX_VALUE;

    Runnable then;
  }

  /** What is to be done at a bulk reply. */
  private static final class BulkEvent {
    final Spot spot;
    final long minLength;
    final Runnable action;
    int countdown;

    BulkEvent(Spot spot, long minLength, int nth, Runnable action) {
      this.spot = spot;
      this.minLength = minLength;
      this.action = action;
      this.countdown = nth;
    }
  }

  private record Lie(long minLength, LongUnaryOperator claim) {}

  private BulkEvent bulkEvent;
  private Lie lie;
  private boolean stalled;

  private FaultProxy(int target) throws IOException {
    this.target = target;
    for (Direction direction : Direction.values()) {
      lanes.put(direction, new Lane());
    }
    listener = new ServerSocket(0, 64, Ports.loopback());
    port = listener.getLocalPort();
    listen();
  }

  /** Before what listens on that port, or will. */
  public static FaultProxy before(int port) {
    try {
      return new FaultProxy(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where clients connect to. */
  public int port() {
    return port;
  }

  /** {@code redis://127.0.0.1:PORT}. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  private void listen() {
    ServerSocket socket = listener;
    acceptor = new Thread(() -> accept(socket), "fault-proxy-accept");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        accepted.incrementAndGet();
        try {
          ProxyLink link = new ProxyLink(this, client, new Socket(Ports.loopback(), target));
          links.add(link);
          link.start();
        } catch (IOException e) {
          // The server is gone; the client sees the end of its connection.
          client.close();
        }
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** How many bytes were passed on so far. */
  public long bytes(Direction direction) {
    return lanes.get(direction).bytes.get();
  }

  /** How many bytes were passed on so far, both ways. */
  public long bytes() {
    return bytes(Direction.TO_SERVER) + bytes(Direction.TO_CLIENT);
  }

  /** How many connections there were so far. */
  public int accepted() {
    return accepted.get();
  }

  /** How many connections there are. */
  public int connections() {
    return links.size();
  }

  /** Once: cuts the connection on which that many further bytes are complete. */
  public void cutNext(Direction direction, long bytes) {
    whenBytes(direction, bytes, this::cutCurrent);
  }

  /** Cuts every connection after that many bytes of its own, from now on. */
  public void cutEach(Direction direction, long bytes) {
    lanes.get(direction).cutEach = bytes;
  }

  /**
   * Once: cuts the connection at a bulk reply.
   *
   * @param minLength shorter ones do not count
   * @param nth which of them, from 1
   */
  public void cutAt(Spot spot, long minLength, int nth) {
    when(spot, minLength, nth, this::cutCurrent);
  }

  /**
   * Once: does something at a bulk reply, when everything before that place was passed on and
   * nothing after it.
   *
   * @param minLength shorter ones do not count
   * @param nth which of them, from 1
   */
  public synchronized void when(Spot spot, long minLength, int nth, Runnable action) {
    bulkEvent = new BulkEvent(spot, minLength, nth, action);
  }

  /** Once: does something when that many further bytes were passed on. */
  public synchronized void whenBytes(Direction direction, long bytes, Runnable action) {
    if (bytes < 1) {
      throw new IllegalArgumentException(bytes + " bytes");
    }
    Lane lane = lanes.get(direction);
    lane.at = lane.bytes.get() + bytes;
    lane.then = action;
  }

  /**
   * Once: gives another length in the head of a bulk reply, and passes the payload on as it is.
   *
   * @param minLength shorter ones do not count
   */
  public synchronized void lie(long minLength, LongUnaryOperator claim) {
    lie = new Lie(minLength, claim);
  }

  /** Passes on at most that many bytes a second on each connection; 0 for no limit. */
  public void throttle(Direction direction, long bytesPerSecond) {
    lanes.get(direction).rate = bytesPerSecond;
  }

  /** Waits before anything that came at once is passed on. */
  public void delay(Direction direction, Duration delay) {
    lanes.get(direction).delay = delay;
  }

  /** Holds everything back, both ways, and keeps the connections. */
  public synchronized void stall() {
    stalled = true;
  }

  /** Ends {@link #stall}. */
  public synchronized void flow() {
    stalled = false;
    notifyAll();
  }

  /** Refuses new connections. */
  public synchronized void refuse() {
    try {
      listener.close();
      acceptor.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ends {@link #refuse}. */
  public synchronized void accept() {
    try {
      listener = new ServerSocket();
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(Ports.loopback(), port), 64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listen();
  }

  /** Ends all connections that there are. */
  public void cutAll() {
    links.forEach(ProxyLink::cut);
  }

  /** Ends the connection whose bytes the calling thread passes on: for {@link #when}'s action. */
  public void cutCurrent() {
    ProxyLink.current().cut();
  }

  /** Takes back all faults; what was cut stays so. */
  public synchronized void heal() {
    for (Lane lane : lanes.values()) {
      lane.rate = 0;
      lane.cutEach = Long.MAX_VALUE;
      lane.delay = Duration.ZERO;
      lane.at = Long.MAX_VALUE;
    }
    bulkEvent = null;
    lie = null;
    flow();
  }

  // What the links ask.

  long rate(Direction direction) {
    return lanes.get(direction).rate;
  }

  long cutEach(Direction direction) {
    return lanes.get(direction).cutEach;
  }

  Duration delay(Direction direction) {
    return lanes.get(direction).delay;
  }

  /** How many of the next bytes may be written before something is to be done. */
  synchronized int allowed(Direction direction, int length) {
    Lane lane = lanes.get(direction);
    return (int) Math.min(length, Math.max(1, lane.at - lane.bytes.get()));
  }

  /** Counts bytes that are passed on now; returns what is to be done then, or null. */
  synchronized Runnable count(Direction direction, int length) {
    Lane lane = lanes.get(direction);
    if (lane.bytes.addAndGet(length) < lane.at) {
      return null;
    }
    lane.at = Long.MAX_VALUE;
    return lane.then;
  }

  /** Looks at the bulk reply that begins: returns the place at which something is to be done. */
  synchronized Spot spotIn(long length) {
    if (bulkEvent == null || length < bulkEvent.minLength || --bulkEvent.countdown > 0) {
      return null;
    }
    return bulkEvent.spot;
  }

  /** Does what is to be done at the place. */
  void reached() {
    Runnable action;
    synchronized (this) {
      action = bulkEvent == null ? null : bulkEvent.action;
      bulkEvent = null;
    }
    if (action != null) {
      action.run();
    }
  }

  /** The length that the head of a bulk reply shall give. */
  synchronized long claimed(long length) {
    if (lie == null || length < lie.minLength) {
      return length;
    }
    long claimed = lie.claim.applyAsLong(length);
    lie = null;
    return claimed;
  }

  synchronized void awaitFlow(ProxyLink link) throws InterruptedException {
    while (stalled && !link.isCut()) {
      wait();
    }
  }

  synchronized void ended(ProxyLink link) {
    links.remove(link);
    notifyAll();
  }

  synchronized void wake() {
    notifyAll();
  }

  /** Ends all connections and the listening. */
  @Override
  public void close() {
    refuse();
    heal();
    List<ProxyLink> open = new ArrayList<>(links);
    open.forEach(ProxyLink::close);
  }
}
