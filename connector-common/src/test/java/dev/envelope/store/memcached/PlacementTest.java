package dev.envelope.store.memcached;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.envelope.options.ServerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys are looked for where pymemcache puts them. */
final class PlacementTest {
  private record Answer(List<ServerAddress> servers, String key, ServerAddress holder) {}

  private static ServerAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return new ServerAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private static List<Answer> answers() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PlacementTest.class.getResourceAsStream("placement.txt"),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|", -1))
          .map(
              part ->
                  new Answer(
                      Arrays.stream(part[0].split(" ", -1)).map(PlacementTest::address).toList(),
                      part[1],
                      address(part[2])))
          .toList();
    }
  }

  @Test
  void everyKeyIsWherePymemcachePutsIt() throws IOException {
    List<Answer> answers = answers();
    assertTrue(answers.size() > 200);
    for (Answer answer : answers) {
      assertEquals(
          answer.holder(),
          new Placement(answer.servers()).serverOf(answer.key()),
          answer::toString);
    }
  }

  @Test
  void theOrderOfTheServersDoesNotCount() throws IOException {
    Random random = new Random(1);
    for (Answer answer : answers()) {
      List<ServerAddress> shuffled = new ArrayList<>(answer.servers());
      Collections.shuffle(shuffled, random);
      shuffled.add(shuffled.get(0));
      assertEquals(answer.holder(), new Placement(shuffled).serverOf(answer.key()));
    }
  }
}
