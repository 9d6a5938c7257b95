package dev.envelope.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code envelope}. */
@Command(
    name = "envelope",
    description = "Looks into a cachekit cache: a directory, a Redis, a Memcached or the HTTP API.",
    mixinStandardHelpOptions = true,
    version = "envelope 0.1.0",
    subcommands = {
      ListCommand.class,
      ShowCommand.class,
      HeadCommand.class,
      CatCommand.class,
      VerifyCommand.class,
      WarmUpCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Where the entries are is said by --from (a directory or a URL), else by the environment as"
          + " for cachekit: CACHEKIT_REDIS_URL, CACHEKIT_MEMCACHED_SERVERS, CACHEKIT_API_KEY,"
          + " CACHEKIT_FILE_CACHE_DIR or REDIS_URL. Secrets are never arguments: they come from"
          + " there, or from a file (--options-file).",
      "",
      "Exit codes: 0 all is well, 1 an entry cannot be read, 2 wrong arguments, 3 no such entry,"
          + " 4 the store cannot be reached, 5 an entry cannot be decrypted or trusted."
    })
final class Main {
  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    OutputStream stdout = new FileOutputStream(FileDescriptor.out);
    System.exit(run(arguments, stdout, System.err));
  }

  /**
   * Runs a command.
   *
   * @return what the process is to end with
   */
  static int run(String[] arguments, OutputStream stdout, OutputStream stderr) {
    PrintWriter errors = new PrintWriter(stderr, true, StandardCharsets.UTF_8);
    try (PipeOutput output = new PipeOutput(new BufferedOutputStream(stdout, 1 << 16))) {
      CommandLine command = new CommandLine(new Main(), new CommandFactory(output, errors));
      command.setOut(new PrintWriter(output, true, StandardCharsets.UTF_8));
      command.setErr(errors);
      command.setCaseInsensitiveEnumValuesAllowed(true);
      command.setExecutionExceptionHandler((failure, line, result) -> report(failure, errors));
      if (arguments.length == 0) {
        command.usage(command.getOut());
        return ExitCode.USAGE.number();
      }
      int code = command.execute(arguments);
      output.flush();
      return code;
    } catch (ClosedOutputException e) {
      // Whoever reads has seen enough.
      return ExitCode.CLOSED_OUTPUT.number();
    }
  }

  private static int report(Exception failure, PrintWriter errors) {
    ExitCode code = ExitCode.of(failure);
    if (code == ExitCode.INTERNAL) {
      failure.printStackTrace(errors);
    } else if (code != ExitCode.CLOSED_OUTPUT) {
      errors.println("envelope: " + failure.getMessage());
    }
    return code.number();
  }
}
