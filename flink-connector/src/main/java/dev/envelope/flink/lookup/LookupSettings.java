package dev.envelope.flink.lookup;

import dev.envelope.flink.source.SourceSettings;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * What rows are looked up, and by what. Immutable; serializable for the way to the cluster.
 *
 * @param source which entries, and the columns of a row
 * @param keys the places in a row of the columns that are compared, in the order of the join's keys
 * @param reload how often a table in memory looks whether entries have changed
 * @param mostRows how many rows a table in memory may have
 * @param threads how many entries are read at once where they are read by their key
 */
record LookupSettings(
    SourceSettings source, List<Integer> keys, Duration reload, long mostRows, int threads)
    implements Serializable {

  LookupSettings {
    keys = List.copyOf(keys);
  }
}
