package dev.envelope.cli;

import java.io.PrintWriter;

/** How far the work is, in one line on a terminal; nothing where errors go elsewhere. */
final class Progress implements AutoCloseable {
  /** Set by the script where standard error is a terminal. */
  private static final String TERMINAL = "envelope.terminal";

  private static final int WIDTH = 40;
  private static final long PAUSE_NANOS = 100_000_000;

  private final PrintWriter errors;
  private final int total;
  private final boolean shown = Boolean.getBoolean(TERMINAL);
  private int done;
  private long next = System.nanoTime();

  Progress(PrintWriter errors, int total) {
    this.errors = errors;
    this.total = total;
  }

  void advance() {
    done++;
    if (shown && System.nanoTime() - next >= 0) {
      next = System.nanoTime() + PAUSE_NANOS;
      int filled = (int) ((long) WIDTH * done / Math.max(1, total));
      errors.print(
          "\r[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + total);
      errors.flush();
    }
  }

  /** Clears the line, so that another can be written in its place. */
  void hide() {
    if (shown) {
      errors.print("\r\u001b[K");
      errors.flush();
    }
  }

  @Override
  public void close() {
    hide();
  }
}
