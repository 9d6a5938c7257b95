package dev.envelope.store.redis;

import java.util.List;

/**
 * Commands that belong together and are sent together: one, or a transaction.
 *
 * @param requests the commands, at least one
 */
record Step(List<Request> requests) {

  static Step of(Request... requests) {
    return new Step(List.of(requests));
  }

  /** Commands between MULTI and EXEC; their replies are the parts of the transaction's. */
  static Step transaction(Reply.Transaction result, Request... queued) {
    Request[] all = new Request[queued.length + 2];
    all[0] = new Request(Verb.MULTI, new Reply.Acknowledgement());
    System.arraycopy(queued, 0, all, 1, queued.length);
    all[all.length - 1] = new Request(Verb.EXEC, result);
    return of(all);
  }

  /** The request that ends the step. */
  Request last() {
    return requests.get(requests.size() - 1);
  }

  /** The error that tells most: the first, because EXEC only repeats that there was one. */
  String error() {
    for (Request request : requests) {
      if (request.reply().hasError()) {
        return request.reply().getError();
      }
    }
    return null;
  }
}
