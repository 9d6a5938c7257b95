package dev.envelope.store;

/**
 * Told by a store what passes between it and the place that the entries live in, so that a caller
 * can count it. Called by any thread, also by ones of the store; must be quick and must not throw.
 */
public interface StoreTraffic {
  /** Counts nothing. */
  StoreTraffic NONE =
      new StoreTraffic() {
        @Override
        public void commands(long count) {}

        @Override
        public void received(long bytes) {}

        @Override
        public void retried() {}

        @Override
        public void torn() {}

        @Override
        public void waited(long nanos) {}
      };

  /** So many commands were sent. */
  void commands(long count);

  /** So many bytes of replies came, without what TLS and TCP add. */
  void received(long bytes);

  /** Something that failed was begun again. */
  void retried();

  /** An entry was written again while it was read, so that what was read of it was dropped. */
  void torn();

  /** A caller waited so many nanoseconds for replies. */
  void waited(long nanos);
}
