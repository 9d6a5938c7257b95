package dev.envelope.options;

/** Whether one entry is read by several tasks. */
public enum Split {
  /** Where that does not pull bytes again on another executor. */
  AUTO,
  /** Always; each executor pulls what its tasks need. */
  ALWAYS,
  /** Never. */
  NEVER
}
