package dev.envelope.flink.source;

import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.flink.types.ArrowFields;
import dev.envelope.flink.types.FlinkTypes;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.ScanPlanner;
import dev.envelope.scan.TableColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.flink.table.types.logical.RowType;

/**
 * The Flink type of a plan's table, and the check of a wanted type against it. Names count as they
 * are written, as everywhere in Flink.
 *
 * @param plan the entries
 */
public record PlannedTable(ScanPlan plan) {

  /**
   * Lists the entries of a source and looks at them, on the job manager.
   *
   * @param every whether the version of each has to be known
   * @throws dev.envelope.EnvelopeException see {@link ScanPlanner#plan}
   */
  public static ScanPlan list(SourceSettings settings, boolean every) {
    return JobClasses.asking(
        () ->
            every
                ? ScanPlanner.planEvery(settings.options(), settings.typeGiven(), settings.filter())
                : ScanPlanner.plan(settings.options(), settings.typeGiven(), settings.filter()));
  }

  /**
   * A plan for a source, with the types that its columns want.
   *
   * @throws UnsupportedEntryException naming the first column that cannot be read as wanted
   */
  public static PlannedTable of(SourceSettings settings, ScanPlan plan) {
    PlannedTable table = new PlannedTable(plan).fitted(settings.columns().entries());
    table.check(settings.columns().entries());
    return table;
  }

  /**
   * The type that the entries have.
   *
   * @throws MissingEntryException when there is no entry to take it from
   * @throws UnsupportedEntryException naming the first column that Flink has no type for
   */
  RowType rowType() {
    return rowType(plan.columns().stream().map(column -> column.field().getName()).toList());
  }

  /**
   * The type of some of the columns, in the given order.
   *
   * @throws UnsupportedEntryException naming the first column that is not there, or that Flink has
   *     no type for
   */
  RowType rowType(List<String> names) {
    refuseEmpty();
    List<RowType.RowField> fields = new ArrayList<>();
    for (String name : names) {
      Field field =
          find(name)
              .orElseThrow(
                  () ->
                      new UnsupportedEntryException(
                          "there is no column '%s'; the entries have %s"
                              .formatted(
                                  name,
                                  plan.columns().stream()
                                      .map(column -> "'" + column.field().getName() + "'")
                                      .collect(Collectors.joining(", ")))));
      fields.add(new RowType.RowField(name, FlinkTypes.of(field)));
    }
    return new RowType(false, fields);
  }

  /**
   * The type of those columns that Flink can have in a table, and why not of the others.
   *
   * @throws MissingEntryException when there is no entry to take it from
   */
  public InferredTable inferred() {
    refuseEmpty();
    List<RowType.RowField> fields = new ArrayList<>();
    Map<String, String> refused = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    for (TableColumn column : plan.columns()) {
      String name = column.field().getName();
      try {
        if (name.isBlank()) {
          refused.put(
              name, "column '" + name + "' has a blank name, which no column of Flink's has");
        } else if (!names.add(name)) {
          refused.put(name, "column '" + name + "' has the name of another one");
        } else {
          fields.add(new RowType.RowField(name, FlinkTypes.of(column.field())));
        }
      } catch (UnsupportedEntryException e) {
        refused.put(name, e.getMessage());
      }
    }
    return new InferredTable(new RowType(false, fields), refused);
  }

  private void refuseEmpty() {
    plan.requireEntries("declare the columns to read it as an empty table");
  }

  /**
   * Checks that each column of a wanted type can be read as wanted; one that no entry has is read
   * as nulls.
   *
   * @throws UnsupportedEntryException naming the first column that cannot
   */
  private void check(RowType wanted) {
    for (RowType.RowField field : wanted.getFields()) {
      Optional<Field> own = find(field.getName());
      if (own.isPresent()) {
        // Names the column and its type where Flink has nothing for it, whatever is wanted.
        var unused = FlinkTypes.of(own.get());
        FlinkTypes.check(own.get(), field.getType());
      }
      if (!field.getType().isNullable()) {
        plan.requireNoNulls(field.getName(), own, "declare it without NOT NULL");
      }
    }
  }

  /**
   * The plan with the types that are wanted, where it decodes values: what those would be by
   * themselves is a guess from a sample, and declared types count more. Values that do not fit are
   * found when they are read.
   */
  private PlannedTable fitted(RowType wanted) {
    if (!plan.decodes()) {
      return this;
    }
    Map<String, Field> others = new HashMap<>();
    for (RowType.RowField field : wanted.getFields()) {
      Optional<Field> own = find(field.getName());
      if (own.isPresent() && !reads(own.get(), field)) {
        others.put(
            field.getName(),
            ArrowFields.of(field.getName(), field.getType().copy(own.get().isNullable())));
      }
    }
    return others.isEmpty() ? this : new PlannedTable(plan.decodedAs(others));
  }

  private static boolean reads(Field own, RowType.RowField wanted) {
    try {
      FlinkTypes.check(own, wanted.getType());
      return true;
    } catch (UnsupportedEntryException e) {
      return false;
    }
  }

  private Optional<Field> find(String name) {
    return plan.columns().stream()
        .map(TableColumn::field)
        .filter(field -> field.getName().equals(name))
        .findFirst();
  }
}
