package dev.envelope.bench;

import java.util.Locale;

/**
 * One result.
 *
 * @param what was measured
 * @param unit of both values; empty for a plain number
 * @param ours the connector's value
 * @param peer the peer's value, or null without a peer
 * @param peerName who the peer is, or null
 * @param goal what is to be reached: the least ratio where there is a peer, the largest value of
 *     ours where there is none; null where the result is only reported
 */
record Line(String what, String unit, double ours, Double peer, String peerName, Double goal) {

  /** A result against a peer, with the ratio to reach. */
  static Line against(
      String what, String unit, double ours, String peerName, double peer, Double goal) {
    return new Line(what, unit, ours, peer, peerName, goal);
  }

  /** A result with the largest value that is good. */
  static Line atMost(String what, String unit, double ours, Double goal) {
    return new Line(what, unit, ours, null, null, goal);
  }

  /** How many times more the peer takes; null without a peer. */
  Double ratio() {
    return peer == null ? null : (Double) (peer / ours);
  }

  /** Whether the goal is reached; null without a goal. */
  Boolean met() {
    if (goal == null) {
      return null;
    }
    return peer == null ? ours <= goal : ratio() >= goal;
  }

  String toJson() {
    return "{\"what\": %s, \"unit\": %s, \"ours\": %s, \"peer\": %s, \"peerName\": %s, \"ratio\": %s, \"goal\": %s, \"met\": %s}"
        .formatted(
            quoted(what),
            quoted(unit),
            number(ours),
            number(peer),
            quoted(peerName),
            number(ratio()),
            number(goal),
            met());
  }

  private static String quoted(String text) {
    return text == null ? "null" : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Four digits, which is more than is repeatable. */
  static String number(Double value) {
    if (value == null || !Double.isFinite(value)) {
      return "null";
    }
    return Math.abs(value) >= 1000
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.4g", value)
            .replaceAll("(\\.\\d*?)0+$", "$1")
            .replaceAll("\\.$", "");
  }
}
