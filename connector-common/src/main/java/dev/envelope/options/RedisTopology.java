package dev.envelope.options;

/** How the servers of a Redis belong together. */
public enum RedisTopology {
  /** The server is asked. */
  AUTO,
  /** One server holds all keys, perhaps with replicas. */
  STANDALONE,
  /** Keys are spread over several servers by slots. */
  CLUSTER
}
