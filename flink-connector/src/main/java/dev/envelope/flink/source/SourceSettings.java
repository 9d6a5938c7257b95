package dev.envelope.flink.source;

import dev.envelope.options.EnvelopeOptions;
import dev.envelope.scan.EntryFilter;
import java.io.Serializable;
import java.util.Optional;

/**
 * What a source was asked to do. Immutable; serializable for the way to the cluster, secrets of the
 * options included.
 *
 * @param options which entries, and how to read them
 * @param columns what each row has
 * @param typeGiven whether a user has named the columns, so that entries may lack some
 * @param filter which entries; others are not emitted, some of them not even opened
 * @param limit how many rows are enough, or {@link Long#MAX_VALUE}; a hint, more may come
 * @param finding how to look for new entries, or null to read those that are there and end
 */
public record SourceSettings(
    EnvelopeOptions options,
    ReadColumns columns,
    boolean typeGiven,
    EntryFilter filter,
    long limit,
    Discovery finding)
    implements Serializable {

  /** How to look for new entries; empty of a source that ends. */
  public Optional<Discovery> discovery() {
    return Optional.ofNullable(finding);
  }
}
