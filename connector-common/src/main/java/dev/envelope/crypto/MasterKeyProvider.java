package dev.envelope.crypto;

import java.util.List;

/**
 * Fetches master keys from wherever they are kept, such as a key service. Named by {@code
 * master-key-provider}, made by its constructor without parameters in every process that reads:
 * nothing of the keys travels from the planner to the tasks.
 */
public interface MasterKeyProvider {

  /**
   * The current key first, then at most three previous ones, which only decrypt. Called once for
   * each plan and each task; whoever calls it wipes the arrays.
   *
   * @return keys of 32 bytes or more, in arrays of their own
   */
  List<byte[]> masterKeys();
}
