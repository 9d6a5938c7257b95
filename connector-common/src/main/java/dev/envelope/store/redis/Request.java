package dev.envelope.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import java.nio.charset.StandardCharsets;

/** One command on its way; it tells its pipeline when it is answered, on the client's thread. */
final class Request extends Command<byte[], byte[], Void> {
  private final Reply reply;
  private Pipeline pipeline;

  Request(Verb verb, Reply reply, byte[]... arguments) {
    super(verb, reply, new CommandArgs<>(ByteArrayCodec.INSTANCE));
    this.reply = reply;
    for (byte[] argument : arguments) {
      // Not as keys: those would be looked at for routing and tracing, which nothing here uses.
      getArgs().add(argument);
    }
  }

  Reply reply() {
    return reply;
  }

  static byte[] number(long value) {
    return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
  }

  /** A part of a value, both ends included. */
  static Request range(byte[] key, long first, long last, Reply reply) {
    return new Request(Verb.GETRANGE, reply, key, number(first), number(last));
  }

  void sentBy(Pipeline owner) {
    pipeline = owner;
  }

  @Override
  public void complete() {
    if (!isDone()) {
      super.complete();
      pipeline.answered(this);
    }
  }

  @Override
  public boolean completeExceptionally(Throwable failure) {
    if (isDone()) {
      return false;
    }
    super.completeExceptionally(failure);
    pipeline.lost(failure);
    return true;
  }

  @Override
  public void cancel() {
    completeExceptionally(new java.util.concurrent.CancellationException("cancelled"));
  }
}
