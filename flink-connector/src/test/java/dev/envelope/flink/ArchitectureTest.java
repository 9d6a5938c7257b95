package dev.envelope.flink;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What Flink's own connectors are held to: they name what Flink promises to keep. Flink's rules
 * themselves are written for packages of Flink's.
 */
class ArchitectureTest {
  private static final JavaClasses OWN =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  /** Internal by name only: every connector uses them, and Flink has kept them since 1.14. */
  private static final Set<String> USED_BY_ALL =
      Set.of(
          "org.apache.flink.table.runtime.typeutils.InternalTypeInfo",
          "org.apache.flink.table.runtime.typeutils.RowDataSerializer",
          "org.apache.flink.table.data.binary.BinaryRowData",
          "org.apache.flink.table.catalog.AbstractCatalog",
          "org.apache.flink.table.catalog.CatalogDatabaseImpl",
          "org.apache.flink.table.catalog.CommonCatalogOptions");

  private static final DescribedPredicate<JavaClass> INTERNAL =
      describe(
          "internal to Flink",
          type ->
              type.getPackageName().startsWith("org.apache.flink.")
                  && isInternal(type)
                  && !USED_BY_ALL.contains(type.getName()));

  private static boolean isInternal(JavaClass type) {
    return type.isAnnotatedWith("org.apache.flink.annotation.Internal")
        || type.getEnclosingClass().map(ArchitectureTest::isInternal).orElse(false);
  }

  @Test
  void internalClassesAreNamedInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.envelope.flink.vector")
        .and(describe("are not the two that pass vectors on", type -> !passesVectorsOn(type)))
        .should()
        .dependOnClassesThat(INTERNAL)
        .check(OWN);
  }

  private static boolean passesVectorsOn(JavaClass type) {
    return type.getSimpleName().equals("EntryMetadata")
        || type.getSimpleName().equals("ReadColumns");
  }

  @Test
  void theRuleSeesInternalClasses() {
    assertTrue(
        OWN.get("dev.envelope.flink.vector.RowView").getDirectDependenciesFromSelf().stream()
            .anyMatch(dependency -> INTERNAL.test(dependency.getTargetClass())));
  }

  @Test
  void arrowIsNamedWhereItIsTranslated() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.envelope.flink.source.reader",
            "dev.envelope.flink.source.enumerator",
            "dev.envelope.flink.source.split",
            "dev.envelope.flink.table",
            "dev.envelope.flink.lookup")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.arrow..")
        .check(OWN);
  }

  @Test
  void packagesHaveNoCycles() {
    com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices()
        .matching("dev.envelope.flink.(*)..")
        .should()
        .beFreeOfCycles()
        .check(OWN);
  }

  @Test
  void factoriesAreFound() {
    classes()
        .that()
        .areAssignableTo("org.apache.flink.table.factories.Factory")
        .and()
        .haveSimpleNameEndingWith("Factory")
        .and()
        .haveSimpleNameStartingWith("Envelope")
        .should()
        .bePublic()
        .check(OWN);
  }
}
