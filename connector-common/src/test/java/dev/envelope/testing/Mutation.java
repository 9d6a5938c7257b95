package dev.envelope.testing;

import dev.envelope.testing.ArrowSpots.Spot;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

/** Alters a file at random, and says how. */
public final class Mutation {
  private static final long[] INTERESTING = {
    0,
    1,
    2,
    3,
    7,
    8,
    12,
    15,
    16,
    24,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    32767,
    32768,
    65535,
    65536,
    1 << 20,
    1 << 24,
    (1 << 24) + 1,
    1 << 30,
    Integer.MAX_VALUE - 8,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    1L << 48,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE - 8,
    Long.MAX_VALUE
  };

  private final SplittableRandom random;
  private final StringBuilder description = new StringBuilder();
  private byte[] bytes;

  private Mutation(byte[] bytes, SplittableRandom random) {
    this.bytes = bytes.clone();
    this.random = random;
  }

  /** An altered file and what was done to it. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Altered(byte[] bytes, String how) {
    /** Whether no more than one byte is another one. */
    public boolean isOneByte() {
      return how.matches("(bit|byte) [^;]*");
    }
  }

  /** Alters bytes anywhere from {@code from} to {@code to}, in one to three places. */
  public static Altered between(byte[] bytes, int from, int to, SplittableRandom random) {
    Mutation mutation = new Mutation(bytes, random);
    for (int i = times(random); i > 0; i--) {
      mutation.somewhere(from, to);
    }
    return new Altered(mutation.bytes, mutation.description.toString());
  }

  /** Alters one to three numbers of the metadata. */
  public static Altered numbers(byte[] bytes, List<Spot> spots, SplittableRandom random) {
    Mutation mutation = new Mutation(bytes, random);
    for (int i = times(random); i > 0; i--) {
      mutation.number(spots.get(random.nextInt(spots.size())), spots);
    }
    return new Altered(mutation.bytes, mutation.description.toString());
  }

  private static int times(SplittableRandom random) {
    // One change at a time gets furthest; two can agree on a lie.
    int dice = random.nextInt(8);
    return dice < 5 ? 1 : dice < 7 ? 2 : 3;
  }

  private void note(String what) {
    description.append(description.isEmpty() ? "" : "; ").append(what);
  }

  private long value(long old) {
    long interesting = INTERESTING[random.nextInt(INTERESTING.length)];
    return switch (random.nextInt(10)) {
      case 0 -> old + 1;
      case 1 -> old - 1;
      case 2 -> old + (random.nextInt(64) - 32);
      case 3 -> old + interesting;
      case 4 -> -interesting;
      case 5 -> ~interesting;
      case 6 -> old ^ 1L << random.nextInt(64);
      case 7 -> random.nextInt(100);
      default -> interesting;
    };
  }

  private void number(Spot spot, List<Spot> spots) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long old = spot.get(file);
    long fresh;
    if (random.nextInt(6) == 0) {
      fresh = spots.get(random.nextInt(spots.size())).get(file);
    } else {
      fresh = value(old);
    }
    spot.set(file, fresh);
    note(spot.path() + " from " + old + " to " + fresh);
  }

  private void somewhere(int from, int to) {
    int room = Math.min(bytes.length, to) - from;
    if (room <= 0) {
      return;
    }
    int at = from + random.nextInt(room);
    switch (random.nextInt(12)) {
      case 0, 1 -> {
        int bit = random.nextInt(8);
        bytes[at] ^= (byte) (1 << bit);
        note("bit " + bit + " of byte " + at);
      }
      case 2, 3 -> {
        byte[] choice = {0, -1, 0x7F, (byte) 0x80, 1, (byte) random.nextInt(256)};
        bytes[at] = choice[random.nextInt(choice.length)];
        note("byte " + at + " to " + bytes[at]);
      }
      case 4, 5, 6, 7 -> {
        int width = random.nextBoolean() ? 4 : 8;
        // Where numbers lie, mostly: bodies and flatbuffers are aligned within the Arrow file.
        int aligned = random.nextInt(4) == 0 ? at : from + (at - from) / 4 * 4;
        if (aligned + width <= bytes.length) {
          Spot spot = new Spot("word of " + width + " at " + aligned, aligned, width);
          number(spot, List.of(spot));
        }
      }
      case 8 -> {
        int length = 1 << random.nextInt(7);
        int other = from + random.nextInt(room);
        if (Math.max(at, other) + length <= bytes.length && Math.abs(at - other) >= length) {
          for (int i = 0; i < length; i++) {
            byte kept = bytes[at + i];
            bytes[at + i] = bytes[other + i];
            bytes[other + i] = kept;
          }
        }
        note(length + " bytes swapped at " + at + " and " + other);
      }
      case 9 -> {
        note("cut at " + at);
        replace(at, bytes.length - at, new byte[0]);
      }
      case 10 -> {
        int length = Math.min(1 << random.nextInt(7), bytes.length - at);
        if (random.nextBoolean()) {
          note(length + " bytes taken out at " + at);
          replace(at, length, new byte[0]);
        } else {
          note(length + " zeros put in at " + at);
          replace(at, 0, new byte[length]);
        }
      }
      default -> {
        int length = Math.min(1 << random.nextInt(9), bytes.length - at);
        byte[] copy = new byte[length];
        System.arraycopy(bytes, at, copy, 0, length);
        int target = from + random.nextInt(room);
        boolean over = random.nextBoolean() && target + length <= bytes.length;
        note(length + " bytes of " + at + (over ? " copied over " : " put in at ") + target);
        replace(target, over ? length : 0, copy);
      }
    }
  }

  private void replace(int at, int length, byte[] by) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    result.write(bytes, 0, at);
    result.writeBytes(by);
    result.write(bytes, at + length, bytes.length - at - length);
    bytes = result.toByteArray();
  }
}
