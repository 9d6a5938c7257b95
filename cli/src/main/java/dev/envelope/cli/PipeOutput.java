package dev.envelope.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Standard output, whose end is told from all other errors. */
final class PipeOutput extends FilterOutputStream {
  PipeOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int one) {
    try {
      out.write(one);
    } catch (IOException e) {
      throw new ClosedOutputException(e);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new ClosedOutputException(e);
    }
  }

  @Override
  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new ClosedOutputException(e);
    }
  }

  /** Standard output stays open. */
  @Override
  public void close() {
    flush();
  }
}
