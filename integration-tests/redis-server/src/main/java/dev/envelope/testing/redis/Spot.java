package dev.envelope.testing.redis;

/** A place in a bulk reply: {@code $LENGTH CRLF payload CRLF}. */
public enum Spot {
  /** Between the dollar sign and the end of the length. */
  IN_HEADER,
  /** In the middle of the payload. */
  IN_PAYLOAD,
  /** Between the payload and the CRLF after it. */
  AFTER_PAYLOAD,
  /** After the whole reply, before the next one. */
  AFTER_REPLY
}
