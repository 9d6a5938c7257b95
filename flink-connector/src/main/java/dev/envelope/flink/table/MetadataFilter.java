package dev.envelope.flink.table;

import dev.envelope.flink.source.EntryMetadata;
import dev.envelope.scan.EntryFilter;
import dev.envelope.scan.PlannedEntry;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.flink.table.expressions.CallExpression;
import org.apache.flink.table.expressions.FieldReferenceExpression;
import org.apache.flink.table.expressions.ResolvedExpression;
import org.apache.flink.table.expressions.ValueLiteralExpression;
import org.apache.flink.table.functions.BuiltInFunctionDefinitions;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/**
 * Conditions on what is known of an entry before it is read: its key, its length, its serializer.
 * What cannot be said of an entry, nulls included, counts as possible: Flink looks at the rows
 * again. Immutable.
 */
final class MetadataFilter {
  /** Whether a comparison's outcome (as of {@link Comparable}) makes it true. */
  private enum Comparison {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    private boolean holds(int outcome) {
      return switch (this) {
        case EQUAL -> outcome == 0;
        case NOT_EQUAL -> outcome != 0;
        case LESS -> outcome < 0;
        case LESS_OR_EQUAL -> outcome <= 0;
        case GREATER -> outcome > 0;
        case GREATER_OR_EQUAL -> outcome >= 0;
      };
    }

    /** The same with its sides exchanged. */
    private Comparison turned() {
      return switch (this) {
        case EQUAL, NOT_EQUAL -> this;
        case LESS -> GREATER;
        case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
        case GREATER -> LESS;
        case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
      };
    }
  }

  private static final Map<FunctionDefinition, Comparison> COMPARISONS =
      Map.of(
          BuiltInFunctionDefinitions.EQUALS, Comparison.EQUAL,
          BuiltInFunctionDefinitions.NOT_EQUALS, Comparison.NOT_EQUAL,
          BuiltInFunctionDefinitions.LESS_THAN, Comparison.LESS,
          BuiltInFunctionDefinitions.LESS_THAN_OR_EQUAL, Comparison.LESS_OR_EQUAL,
          BuiltInFunctionDefinitions.GREATER_THAN, Comparison.GREATER,
          BuiltInFunctionDefinitions.GREATER_THAN_OR_EQUAL, Comparison.GREATER_OR_EQUAL);

  private MetadataFilter() {}

  /** A condition; empty where the truth cannot be told of an entry as a whole. */
  private interface Condition extends Serializable {
    Optional<Boolean> of(PlannedEntry entry);
  }

  /**
   * The entries that an expression may be true of.
   *
   * @return empty where the expression is of something else
   */
  static Optional<EntryFilter> of(ResolvedExpression expression, TableSettings settings) {
    return condition(expression, settings::metadataNamed)
        .map(condition -> entry -> condition.of(entry).orElse(true));
  }

  /** The entries that pass all filters. */
  static EntryFilter all(List<EntryFilter> filters) {
    List<EntryFilter> parts = List.copyOf(filters);
    return entry -> parts.stream().allMatch(part -> part.mayMatch(entry));
  }

  private static Optional<Condition> condition(
      ResolvedExpression expression, Function<String, Optional<EntryMetadata>> columns) {
    if (!(expression instanceof CallExpression call)) {
      return Optional.empty();
    }
    FunctionDefinition function = call.getFunctionDefinition();
    List<ResolvedExpression> arguments = call.getResolvedChildren();
    if (function.equals(BuiltInFunctionDefinitions.AND)
        || function.equals(BuiltInFunctionDefinitions.OR)
        || function.equals(BuiltInFunctionDefinitions.NOT)) {
      List<Condition> parts = new ArrayList<>();
      for (ResolvedExpression argument : arguments) {
        Optional<Condition> part = condition(argument, columns);
        if (part.isEmpty()) {
          return Optional.empty();
        }
        parts.add(part.get());
      }
      return Optional.of(combined(function, List.copyOf(parts)));
    }
    if (COMPARISONS.containsKey(function)) {
      Comparison comparison = COMPARISONS.get(function);
      return comparison(arguments.get(0), comparison, arguments.get(1), columns)
          .or(() -> comparison(arguments.get(1), comparison.turned(), arguments.get(0), columns));
    }
    if (function.equals(BuiltInFunctionDefinitions.IN)) {
      return anyOf(arguments, columns);
    }
    if (function.equals(BuiltInFunctionDefinitions.LIKE) && arguments.size() == 2) {
      return like(arguments.get(0), arguments.get(1), columns);
    }
    return Optional.empty();
  }

  private static Optional<Condition> anyOf(
      List<ResolvedExpression> arguments, Function<String, Optional<EntryMetadata>> columns) {
    List<Condition> parts = new ArrayList<>();
    for (ResolvedExpression value : arguments.subList(1, arguments.size())) {
      Optional<Condition> part = comparison(arguments.get(0), Comparison.EQUAL, value, columns);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      parts.add(part.get());
    }
    return Optional.of(combined(BuiltInFunctionDefinitions.OR, List.copyOf(parts)));
  }

  /** By the rules of logic with a third value. */
  private static Condition combined(FunctionDefinition function, List<Condition> parts) {
    if (function.equals(BuiltInFunctionDefinitions.NOT)) {
      return entry -> parts.get(0).of(entry).map(truth -> !truth);
    }
    boolean decides = function.equals(BuiltInFunctionDefinitions.OR);
    return entry -> {
      boolean unknown = false;
      for (Condition part : parts) {
        Optional<Boolean> truth = part.of(entry);
        if (truth.isPresent() && truth.get() == decides) {
          return truth;
        }
        unknown |= truth.isEmpty();
      }
      return unknown ? Optional.empty() : Optional.of(!decides);
    };
  }

  private static Optional<Condition> comparison(
      ResolvedExpression column,
      Comparison comparison,
      ResolvedExpression value,
      Function<String, Optional<EntryMetadata>> columns) {
    Optional<EntryMetadata> metadata = metadata(column, columns);
    if (metadata.isEmpty() || !(value instanceof ValueLiteralExpression literal)) {
      return Optional.empty();
    }
    return switch (metadata.get()) {
      // Flink has orders of texts of its own; only whether they are the same is told here.
      case KEY, SERIALIZER ->
          comparison == Comparison.EQUAL || comparison == Comparison.NOT_EQUAL
              ? text(literal).map(wanted -> texts(metadata.get(), comparison, wanted))
              : Optional.empty();
      case ENTRY_BYTES -> number(literal).map(wanted -> lengths(comparison, wanted));
      case EXPIRES_AT, BATCH -> Optional.empty();
    };
  }

  private static Optional<EntryMetadata> metadata(
      ResolvedExpression expression, Function<String, Optional<EntryMetadata>> columns) {
    ResolvedExpression inner = withoutCast(expression);
    return inner instanceof FieldReferenceExpression field
        ? columns.apply(field.getName())
        : Optional.empty();
  }

  /** Flink casts a column that is declared nullable and is not. */
  private static ResolvedExpression withoutCast(ResolvedExpression expression) {
    if (expression instanceof CallExpression call
        && call.getFunctionDefinition().equals(BuiltInFunctionDefinitions.CAST)) {
      ResolvedExpression inner = call.getResolvedChildren().get(0);
      LogicalType type = inner.getOutputDataType().getLogicalType();
      if (type.copy(true).equals(call.getOutputDataType().getLogicalType().copy(true))) {
        return inner;
      }
    }
    return expression;
  }

  private static Condition texts(EntryMetadata column, Comparison comparison, String wanted) {
    return entry -> known(column, entry).map(text -> comparison.holds(text.compareTo(wanted)));
  }

  private static Condition lengths(Comparison comparison, BigDecimal wanted) {
    return entry ->
        entry.bytes() < 0
            ? Optional.empty()
            : Optional.of(comparison.holds(BigDecimal.valueOf(entry.bytes()).compareTo(wanted)));
  }

  private static Optional<String> known(EntryMetadata column, PlannedEntry entry) {
    return column == EntryMetadata.KEY
        ? Optional.ofNullable(entry.id().key())
        : Optional.ofNullable(entry.serializer());
  }

  private static Optional<Condition> like(
      ResolvedExpression column,
      ResolvedExpression pattern,
      Function<String, Optional<EntryMetadata>> columns) {
    EntryMetadata metadata = metadata(column, columns).orElse(null);
    if ((metadata != EntryMetadata.KEY && metadata != EntryMetadata.SERIALIZER)
        || !(pattern instanceof ValueLiteralExpression literal)) {
      return Optional.empty();
    }
    return text(literal).map(wanted -> matches(metadata, regex(wanted)));
  }

  private static Condition matches(EntryMetadata column, Pattern regex) {
    return entry -> known(column, entry).map(text -> regex.matcher(text).matches());
  }

  /** LIKE without an escape character. */
  private static Pattern regex(String like) {
    StringBuilder regex = new StringBuilder();
    like.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '%' -> regex.append(".*");
                case '_' -> regex.append('.');
                default -> regex.append(Pattern.quote(Character.toString(c)));
              }
            });
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private static Optional<String> text(ValueLiteralExpression literal) {
    return literal.getOutputDataType().getLogicalType().is(LogicalTypeFamily.CHARACTER_STRING)
        ? literal.getValueAs(String.class)
        : Optional.empty();
  }

  private static Optional<BigDecimal> number(ValueLiteralExpression literal) {
    return literal.getOutputDataType().getLogicalType().is(LogicalTypeFamily.EXACT_NUMERIC)
        ? literal.getValueAs(BigDecimal.class)
        : Optional.empty();
  }
}
