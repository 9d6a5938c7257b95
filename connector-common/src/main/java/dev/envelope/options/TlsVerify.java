package dev.envelope.options;

/** What is checked of the certificate of a server. */
public enum TlsVerify {
  /** That it is signed by a known authority and made out for the host. */
  FULL,
  /** That it is signed by a known authority. */
  CA,
  /** Nothing: whoever is in the way can read along. */
  NONE
}
