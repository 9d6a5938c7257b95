package dev.envelope.spark.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentStringsTest {
  private final BufferAllocator allocator = new RootAllocator();
  private final RecentStrings recent = new RecentStrings();
  private ArrowBuf memory;

  @BeforeEach
  void allocate() {
    memory = allocator.buffer(1 << 16);
    for (int i = 0; i < RecentStrings.WARM_UP; i++) {
      assertNull(at(0, "before").getBaseObject());
    }
  }

  @AfterEach
  void free() {
    memory.close();
    allocator.close();
  }

  private UTF8String at(int offset, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    memory.setBytes(offset, bytes);
    return recent.at(memory.memoryAddress() + offset, bytes.length);
  }

  @Test
  void whatComesAgainIsTheSameObject() {
    for (String text : new String[] {"", "a", "ab", "abcd", "DE", "abcdefgh", "x".repeat(64)}) {
      UTF8String first = at(3, text);
      assertEquals(UTF8String.fromString(text), first);
      assertSame(first, at(1000, text), text);
    }
  }

  @Test
  void anyTwoThatDifferInOneByteAreToldApart() {
    for (int length = 1; length <= 70; length++) {
      byte[] bytes = "k".repeat(length).getBytes(UTF_8);
      for (int i = 0; i < length; i++) {
        assertEquals(UTF8String.fromBytes(bytes), at(0, new String(bytes, UTF_8)));
        bytes[i] = 'j';
        assertEquals(UTF8String.fromBytes(bytes), at(0, new String(bytes, UTF_8)));
        bytes[i] = 'k';
      }
    }
  }

  @Test
  void manyStringsOfAllLengths() {
    Random random = new Random(20261123);
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      // Few different letters, so that values come again and slots are fought over.
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = (byte) ('a' + random.nextInt(bytes.length < 5 ? 3 : 2));
      }
      int offset = random.nextInt(1000);
      assertEquals(UTF8String.fromBytes(bytes), at(offset, new String(bytes, UTF_8)));
    }
  }

  @Test
  void aChangeOfTheMemoryShows() {
    assertEquals(UTF8String.fromString("customer-1"), at(0, "customer-1"));
    memory.setByte(9, '2');
    assertEquals(UTF8String.fromString("customer-2"), recent.at(memory.memoryAddress(), 10));
  }

  @Test
  void whoeverChangesTheArrayOfAStringChangesNoOther() {
    UTF8String given = at(0, "customer-1");
    given.getBytes()[9] = '7';
    UTF8String next = at(100, "customer-1");
    assertEquals(UTF8String.fromString("customer-1"), next);
    assertNotSame(given, next);
  }

  @Test
  void aColumnOfManyValuesGivesViewsInTheEnd() {
    assertNotNull(at(0, "often").getBaseObject());
    for (int i = 0; i < 20_000; i++) {
      assertEquals(UTF8String.fromString("value " + i), at(0, "value " + i));
    }
    assertNull(at(0, "often").getBaseObject());
  }

  @Test
  void longOnesAreViews() {
    for (int i = 0; i < 3; i++) {
      assertNull(at(0, "x".repeat(65)).getBaseObject());
    }
    assertNotNull(at(0, "x".repeat(64)).getBaseObject());
  }
}
