package dev.millrace.verification.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.List;
import java.util.stream.Stream;

/** Which module may import which, and the package each one is. */
final class ModuleTable {
  private static final List<Module> MODULES =
      List.of(
          new Module("events"),
          new Module("bus", "events"),
          new Module("storage"),
          new Module("datamanager", "events", "bus", "storage", "http"),
          new Module("pipeline", "events"),
          new Module("http"),
          new Module("traces"),
          new Module("forges", "http"),
          new Module("configstore", "events", "bus", "storage", "datamanager", "http"),
          new Module("runservice", "events", "bus", "storage", "datamanager", "http", "traces"),
          new Module("scheduler", "events", "bus", "storage", "datamanager", "traces"),
          new Module("executor", "events", "bus", "http", "traces"),
          new Module("gateway", "events", "bus", "pipeline", "forges", "http", "traces"));

  /** These see everything. */
  private static final List<String> ON_TOP = List.of("launcher", "verification", "bench");

  private record Module(String name, List<String> imports) {
    Module(String name, String... imports) {
      this(name, List.of(imports));
    }
  }

  private ModuleTable() {}

  static List<String> names() {
    return MODULES.stream().map(Module::name).toList();
  }

  static ArchRule importsAreInTheTable(String root) {
    return CompositeArchRule.of(MODULES.stream().map(module -> importsOf(module, root)).toList());
  }

  static ArchRule everyClassBelongsToAModule(String root) {
    var all =
        Stream.concat(names().stream(), ON_TOP.stream())
            .map(name -> packages(root, name))
            .toArray(String[]::new);
    return classes().that().resideInAPackage(root + "..").should().resideInAnyPackage(all);
  }

  private static ArchRule importsOf(Module module, String root) {
    var allowed =
        Stream.concat(Stream.of(module.name()), module.imports().stream())
            .map(name -> packages(root, name))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(packages(root, module.name()))
        .should()
        .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(allowed))))
        .as(module.name() + " imports of ours only " + module.imports())
        .allowEmptyShould(true);
  }

  private static String packages(String root, String module) {
    return root + "." + module + "..";
  }
}
