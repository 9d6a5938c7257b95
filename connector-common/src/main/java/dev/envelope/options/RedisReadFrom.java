package dev.envelope.options;

/** Which servers of a Redis are read. */
public enum RedisReadFrom {
  /** The one that is written to. */
  MASTER,
  /** A replica where there is one, else the master. */
  REPLICA_PREFERRED,
  /** A replica, and none else. */
  REPLICA
}
