package dev.envelope.flink.source;

import java.io.Serializable;
import java.time.Duration;

/**
 * How a source that never ends finds new entries. Immutable.
 *
 * @param interval how often to look for them
 * @param notifications whether to look earlier when the store tells of a write
 */
public record Discovery(Duration interval, boolean notifications) implements Serializable {}
