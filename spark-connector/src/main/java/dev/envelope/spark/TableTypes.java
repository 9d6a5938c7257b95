package dev.envelope.spark;

import dev.envelope.MissingEntryException;
import dev.envelope.UnsupportedEntryException;
import dev.envelope.options.EnvelopeOptions;
import dev.envelope.options.TimestampMode;
import dev.envelope.scan.ScanPlan;
import dev.envelope.scan.TableColumn;
import dev.envelope.spark.types.ArrowFields;
import dev.envelope.spark.types.SparkTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The Spark schema of a plan, and the check of a wanted schema against it.
 *
 * @param plan the entries
 * @param rawNanos whether nanoseconds stay whole
 */
record TableTypes(ScanPlan plan, boolean rawNanos) {

  static TableTypes of(ScanPlan plan, EnvelopeOptions options) {
    return new TableTypes(plan, options.timestamps() == TimestampMode.NANOS);
  }

  /**
   * The schema that the entries have.
   *
   * @throws MissingEntryException when there is no entry to take it from
   */
  StructType orFail() {
    plan.requireEntries("give a schema to read it as an empty table");
    List<StructField> fields = new ArrayList<>();
    for (TableColumn column : plan.columns()) {
      fields.add(field(column.field()));
    }
    return new StructType(fields.toArray(new StructField[0]));
  }

  private StructField field(Field field) {
    try {
      return new StructField(
          field.getName(), SparkTypes.of(field, rawNanos), field.isNullable(), Metadata.empty());
    } catch (UnsupportedEntryException e) {
      // Refused when it is selected: the other columns are none the worse for it.
      Metadata why = new MetadataBuilder().putString("comment", e.getMessage()).build();
      return new StructField(field.getName(), DataTypes.BinaryType, true, why);
    }
  }

  /**
   * Finds the columns of a wanted schema in the plan, and checks that each can be read as wanted.
   *
   * @return the names that the entries have for them
   * @throws UnsupportedEntryException naming the first column that cannot
   */
  List<String> find(StructType wanted) {
    List<String> names = new ArrayList<>();
    for (StructField field : wanted.fields()) {
      Optional<TableColumn> column = find(field.name());
      if (column.isPresent()) {
        check(column.get(), field.dataType());
      }
      if (!field.nullable()) {
        plan.requireNoNulls(
            field.name(),
            column.map(TableColumn::field),
            "declare it nullable, or load the entries again");
      }
      names.add(column.map(found -> found.field().getName()).orElse(field.name()));
    }
    return names;
  }

  /**
   * The plan with the types that are wanted, where it decodes values: what those would be by
   * themselves is a guess from a sample, and a user's schema counts more. Values that do not fit
   * are found in the tasks.
   */
  ScanPlan fitted(StructType wanted) {
    Map<String, Field> others = new HashMap<>();
    for (StructField field : wanted.fields()) {
      Optional<TableColumn> column = find(field.name());
      if (column.isPresent() && plan.decodes() && !reads(column.get().field(), field.dataType())) {
        Field own = column.get().field();
        others.put(
            own.getName(), ArrowFields.of(own.getName(), own.isNullable(), field.dataType()));
      }
    }
    return others.isEmpty() ? plan : plan.decodedAs(others);
  }

  private boolean reads(Field field, DataType wanted) {
    try {
      SparkTypes.check(field, wanted, rawNanos);
      return true;
    } catch (UnsupportedEntryException e) {
      return false;
    }
  }

  private void check(TableColumn column, DataType wanted) {
    // Names the column and the type even where the wanted one is what stands for "unsupported".
    var unused = SparkTypes.of(column.field(), rawNanos);
    SparkTypes.check(column.field(), wanted, rawNanos);
  }

  /** By exact name, else by the only one that differs in case, as Spark resolves columns. */
  private Optional<TableColumn> find(String name) {
    List<TableColumn> alike = new ArrayList<>();
    for (TableColumn column : plan.columns()) {
      if (column.field().getName().equals(name)) {
        return Optional.of(column);
      }
      if (column.field().getName().equalsIgnoreCase(name)) {
        alike.add(column);
      }
    }
    return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
  }
}
