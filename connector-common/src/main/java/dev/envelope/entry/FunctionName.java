package dev.envelope.entry;

import java.util.Comparator;

/**
 * A function that cachekit's decorator caches, as keys name it. Immutable; ordered by namespace,
 * none first, then by name.
 *
 * @param namespace the namespace that was given to the decorator, or null for none
 * @param name module and qualified name, such as {@code shop.features.daily}
 */
public record FunctionName(String namespace, String name) implements Comparable<FunctionName> {
  private static final Comparator<FunctionName> ORDER =
      Comparator.comparing(
              FunctionName::namespace, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(FunctionName::name);

  @Override
  public int compareTo(FunctionName other) {
    return ORDER.compare(this, other);
  }
}
