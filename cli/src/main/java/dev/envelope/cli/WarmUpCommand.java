package dev.envelope.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs other commands, for the archive of classes that the script makes. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(arity = "2", description = "A cache directory and a file in it.")
  private List<String> places;

  @Override
  public Integer call() {
    String directory = places.get(0);
    String file = places.get(1);
    for (String[] command :
        new String[][] {
          {"ls", "-l", directory},
          {"verify", directory},
          {"show", file, "--from", directory},
          {"head", file, "--from", directory},
          {"cat", file, "--from", directory, "--format", "json"},
          {"cat", file, "--from", directory, "--format", "csv"},
          // Nobody listens there; the client's classes are loaded all the same.
          {"ls", "redis://127.0.0.1:1", "-o", "redis-connect-timeout=1s"},
          {"show", "k", "--from", "memcached://127.0.0.1:1"},
          {"help", "ls"}
        }) {
      spec.root().commandLine().execute(command);
    }
    return ExitCode.OK.number();
  }
}
