package dev.envelope.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Makes the commands, with where they write. */
final class CommandFactory implements CommandLine.IFactory {
  private final CommandLine.IFactory others = CommandLine.defaultFactory();
  private final PipeOutput output;
  private final PrintWriter errors;

  CommandFactory(PipeOutput output, PrintWriter errors) {
    this.output = output;
    this.errors = errors;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == ListCommand.class) {
      return type.cast(new ListCommand(output));
    }
    if (type == ShowCommand.class) {
      return type.cast(new ShowCommand(output));
    }
    if (type == HeadCommand.class) {
      return type.cast(new HeadCommand(output));
    }
    if (type == CatCommand.class) {
      return type.cast(new CatCommand(output));
    }
    if (type == VerifyCommand.class) {
      return type.cast(new VerifyCommand(output, errors));
    }
    return others.create(type);
  }
}
