package dev.envelope.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The authenticated data, byte by byte as the format has it. */
final class BindingTest {
  private static String hex(Binding binding) {
    return HexFormat.of().formatHex(binding.bytes());
  }

  @Test
  void everyPartStandsBehindItsLength() {
    assertEquals(
        "03"
            + "0000000474656e61"
            + "000000026b31"
            + "000000056172726f77"
            + "0000000454727565"
            + "000000056172726f77",
        hex(new Binding("tena", "k1", "arrow", true, "arrow")));
  }

  @Test
  void whatIsNotCompressedIsFalseInPythonsWord() {
    assertEquals(
        "03" + "0000000174" + "000000016b" + "0000000178" + "0000000546616c7365" + "0000000179",
        hex(new Binding("t", "k", "x", false, "y")));
  }

  @Test
  void aTypeThatIsEmptyOrMissingIsLeftOut() {
    String four = "03" + "0000000174" + "000000016b" + "0000000178" + "0000000454727565";
    assertEquals(four, hex(new Binding("t", "k", "x", true, null)));
    assertEquals(four, hex(new Binding("t", "k", "x", true, "")));
  }

  @Test
  void lengthsAreThoseOfUtf8() {
    assertEquals(
        "03" + "00000002c3a9" + "00000004f09f9491" + "00000000" + "0000000546616c7365",
        hex(new Binding("\u00e9", "\ud83d\udd11", "", false, null)));
  }

  @Test
  void interopDocumentsHaveFourParts() {
    assertEquals(
        "03" + "0000000174" + "000000016b" + "000000076d73677061636b" + "0000000546616c7365",
        hex(Binding.ofInterop("t", "k")));
  }
}
