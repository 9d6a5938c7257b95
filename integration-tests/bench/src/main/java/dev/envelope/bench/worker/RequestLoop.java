package dev.envelope.bench.worker;

import java.io.EOFException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;

/** Requests from the standard input, answers to the standard output. Used by one thread. */
public final class RequestLoop {
  private final PrintStream answers;

  private RequestLoop(PrintStream answers) {
    this.answers = answers;
  }

  /** What makes an answer of a request. */
  @FunctionalInterface
  public interface Server {
    Serializable serve(Request request) throws Exception;
  }

  /** Takes the standard output for answers alone; what else is printed goes to the errors. */
  public static RequestLoop overStandardStreams() {
    PrintStream answers = System.out;
    System.setOut(System.err);
    return new RequestLoop(answers);
  }

  /** Serves until the input ends. */
  public void serve(Server server) throws Exception {
    try (ObjectOutputStream out = new ObjectOutputStream(answers);
        ObjectInputStream in = new ObjectInputStream(System.in)) {
      out.flush();
      while (true) {
        Request request;
        try {
          request = (Request) in.readObject();
        } catch (EOFException ended) {
          return;
        }
        out.writeObject(server.serve(request));
        out.flush();
      }
    }
  }
}
