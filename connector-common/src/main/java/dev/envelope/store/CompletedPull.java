package dev.envelope.store;

import dev.envelope.memory.Region;

/** A pull that was over before anybody waited for it. */
final class CompletedPull implements Pull {
  private Region region;

  /** Takes over the region. */
  CompletedPull(Region region) {
    this.region = region;
  }

  @Override
  public Region await() {
    Region result = region;
    region = null;
    return result;
  }

  @Override
  public void close() {
    if (region != null) {
      region.close();
      region = null;
    }
  }
}
