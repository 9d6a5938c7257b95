package dev.envelope.store.http;

import dev.envelope.memory.Allocators;
import dev.envelope.store.StoreTraffic;
import dev.envelope.store.ValueReply;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A value whose length the server did not say: gathered in pieces of off-heap memory until its end
 * has come, and given out again piece by piece, each of which is freed then.
 */
final class GatheredReply implements ValueReply {
  private static final int PIECE = 1 << 20;

  private final Deque<ArrowBuf> pieces = new ArrayDeque<>();
  private long size;
  private long from;

  private GatheredReply() {}

  /**
   * Reads a body to its end.
   *
   * @param most how many bytes it may have
   */
  static GatheredReply of(Body body, long most, StoreTraffic traffic) throws IOException {
    GatheredReply reply = new GatheredReply();
    try {
      for (ByteBuffer next = body.next(); next != null; next = body.next()) {
        reply.size += next.remaining();
        if (reply.size > most) {
          throw new ProtocolException("the body has more than " + most + " bytes");
        }
        traffic.received(next.remaining());
        reply.add(next);
      }
      return reply;
    } catch (IOException | RuntimeException | Error e) {
      reply.close();
      throw e;
    } finally {
      body.cancel();
    }
  }

  private void add(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      ArrowBuf last = pieces.peekLast();
      if (last == null || last.writableBytes() == 0) {
        last = Allocators.allocated().buffer(PIECE);
        pieces.addLast(last);
      }
      int length = (int) Math.min(bytes.remaining(), last.writableBytes());
      last.setBytes(last.writerIndex(), bytes.slice(bytes.position(), length));
      last.writerIndex(last.writerIndex() + length);
      bytes.position(bytes.position() + length);
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(ByteBuffer target) {
    while (target.hasRemaining()) {
      ArrowBuf first = pieces.element();
      int length = (int) Math.min(first.writerIndex() - from, target.remaining());
      first.getBytes(from, target.slice(target.position(), length));
      target.position(target.position() + length);
      from += length;
      if (from == first.writerIndex()) {
        pieces.remove().close();
        from = 0;
      }
    }
  }

  @Override
  public void close() {
    pieces.forEach(ArrowBuf::close);
    pieces.clear();
  }
}
