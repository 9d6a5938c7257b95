package dev.envelope.store.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The body of a response, read by one thread as it comes: nothing more is asked of the connection
 * before what came was read, so that hardly anything of it is in memory. The client's threads put
 * in, the reader takes out.
 */
final class Body implements HttpResponse.BodySubscriber<Body> {

  /** Some buffers, the end (without buffers), or what went wrong. */
  private record Part(List<ByteBuffer> buffers, Throwable failure) {}

  private final BlockingQueue<Part> parts = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final Deque<ByteBuffer> current = new ArrayDeque<>();
  private final Duration timeout;
  private boolean ended;

  /**
   * A body that is still to come.
   *
   * @param timeout how long nothing may come
   */
  Body(Duration timeout) {
    this.timeout = timeout;
  }

  /** At once: a response is there when its headers are. */
  @Override
  public CompletionStage<Body> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription to) {
    if (!subscription.complete(to)) {
      to.cancel();
      return;
    }
    to.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    parts.add(new Part(buffers, null));
  }

  @Override
  public void onError(Throwable failure) {
    parts.add(new Part(null, failure));
  }

  @Override
  public void onComplete() {
    parts.add(new Part(null, null));
  }

  /**
   * What comes next and was not read yet.
   *
   * @return a buffer that has something, to be read from; null at the end
   */
  ByteBuffer next() throws IOException {
    while (!ended) {
      ByteBuffer first = current.peek();
      if (first == null) {
        take();
      } else if (first.hasRemaining()) {
        return first;
      } else {
        current.remove();
        if (current.isEmpty()) {
          subscription.join().request(1);
        }
      }
    }
    return null;
  }

  private void take() throws IOException {
    Part part;
    try {
      part = parts.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the thread was interrupted", e);
    }
    if (part == null) {
      throw new SocketTimeoutException("no more bytes in time");
    }
    if (part.failure != null) {
      throw new IOException("the body broke off", part.failure);
    }
    if (part.buffers == null) {
      ended = true;
    } else {
      current.addAll(part.buffers);
      // Empty parts would otherwise be the last that were asked for.
      if (current.isEmpty()) {
        subscription.join().request(1);
      }
    }
  }

  /** Fills a buffer. */
  void read(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      ByteBuffer from = next();
      if (from == null) {
        throw new EOFException("the body ended " + target.remaining() + " bytes early");
      }
      int length = Math.min(from.remaining(), target.remaining());
      target.put(target.position(), from, from.position(), length);
      target.position(target.position() + length);
      from.position(from.position() + length);
    }
  }

  /** Refuses a body that goes on. */
  void expectEnd() throws IOException {
    if (next() != null) {
      throw new ProtocolException("the body is longer than its Content-Length");
    }
  }

  /** Gives up what is still to come; the connection ends with that, unless all has come. */
  void cancel() {
    if (!ended) {
      ended = true;
      var unused = subscription.thenAccept(Flow.Subscription::cancel);
    }
  }
}
