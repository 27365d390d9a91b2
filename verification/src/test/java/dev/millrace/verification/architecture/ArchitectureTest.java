package dev.millrace.verification.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.millrace.verification.architecture.fixtures.datamanager.logs.NeedsRuns;
import dev.millrace.verification.architecture.fixtures.datamanager.runs.AsksWhatTurnsIt;
import dev.millrace.verification.architecture.fixtures.datamanager.runs.NeedsLogs;
import dev.millrace.verification.architecture.fixtures.gateway.AsksAnotherVerticle;
import dev.millrace.verification.architecture.fixtures.gateway.LooksAtTheClock;
import dev.millrace.verification.architecture.fixtures.gateway.MakesItsOwnBus;
import dev.millrace.verification.architecture.fixtures.gateway.MakesUpAnId;
import dev.millrace.verification.architecture.fixtures.gateway.StartsABroker;
import dev.millrace.verification.architecture.fixtures.gateway.util.Leftovers;
import dev.millrace.verification.architecture.fixtures.mystery.BelongsNowhere;
import dev.millrace.verification.architecture.fixtures.pipeline.TalksToKafka;
import dev.millrace.verification.architecture.fixtures.scheduler.core.KnowsTheBus;
import dev.millrace.verification.architecture.fixtures.scheduler.core.ReadsAFile;
import dev.millrace.verification.architecture.fixtures.scheduler.core.ReadsTheClock;
import dev.millrace.verification.architecture.fixtures.scheduler.core.RollsTheDice;
import dev.millrace.verification.architecture.fixtures.unmarked.Unmarked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureTest {
  private static final String PRODUCT = "dev.millrace";
  private static final String FIXTURES = ArchitectureTest.class.getPackageName() + ".fixtures";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(PRODUCT);

  /** With the bus: some breaches are about its adapters. */
  private static final JavaClasses BREACHES =
      new ClassFileImporter().importPackages(FIXTURES, "dev.millrace.bus");

  /** A rule, given its root, and classes that break it when the fixtures are the root. */
  private record Rule(String name, Function<String, ArchRule> over, List<Class<?>> breaches) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "modules import what the table allows",
              ModuleTable::importsAreInTheTable,
              List.of(AsksAnotherVerticle.class)),
          new Rule(
              "every class belongs to a module",
              ModuleTable::everyClassBelongsToAModule,
              List.of(BelongsNowhere.class)),
          new Rule(
              "a library has one owner",
              HouseRules::librariesHaveOneOwner,
              List.of(TalksToKafka.class)),
          new Rule(
              "cores know only values",
              HouseRules::coresKnowOnlyValues,
              List.of(KnowsTheBus.class)),
          new Rule(
              "cores have no clock, no chance, no machine",
              HouseRules::coresHaveNoClockNoChanceNoMachine,
              List.of(ReadsTheClock.class, RollsTheDice.class, ReadsAFile.class)),
          new Rule(
              "time and chance are handed in",
              HouseRules::timeAndChanceAreHandedIn,
              List.of(LooksAtTheClock.class, MakesUpAnId.class)),
          new Rule(
              "only the launcher makes adapters",
              HouseRules::onlyTheLauncherMakesAdapters,
              List.of(MakesItsOwnBus.class, StartsABroker.class)),
          new Rule(
              "every package is null-marked",
              HouseRules::everyPackageIsNullMarked,
              List.of(Unmarked.class)),
          new Rule(
              "what a module consists of is free of cycles",
              HouseRules::partsAreFreeOfCycles,
              List.of(NeedsRuns.class, NeedsLogs.class, AsksWhatTurnsIt.class)),
          new Rule(
              "no package of leftovers",
              HouseRules::noPackageOfLeftovers,
              List.of(Leftovers.class)));

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void theProductKeepsTheRule(String name, ArchRule rule) {
    rule.check(CLASSES);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("breaches")
  void theRuleCatchesItsBreach(String name, Class<?> breach, ArchRule rule) {
    var found = rule.evaluate(BREACHES);

    assertThat(found.getFailureReport().getDetails())
        .anySatisfy(line -> assertThat(line).contains(breach.getName()));
  }

  @Test
  void theRulesSeeEveryPackageThatHasSources() throws IOException {
    var packages = new ArrayList<String>();
    try (var sources = Files.newDirectoryStream(Path.of(".."), "[!b]*")) { // bench is above us
      for (var module : sources) {
        var root = module.resolve("src/main/java/dev/millrace");
        if (Files.isDirectory(root)) {
          try (var children = Files.newDirectoryStream(root)) {
            children.forEach(child -> packages.add(PRODUCT + "." + child.getFileName()));
          }
        }
      }
    }

    assertThat(packages).hasSizeGreaterThan(8);
    for (var name : packages) {
      assertThat(CLASSES).as(name).anyMatch(c -> c.getPackageName().startsWith(name));
    }
  }

  static Stream<Arguments> rules() {
    return RULES.stream().map(rule -> arguments(rule.name(), rule.over().apply(PRODUCT)));
  }

  static Stream<Arguments> breaches() {
    return RULES.stream()
        .flatMap(
            rule ->
                rule.breaches().stream()
                    .map(breach -> arguments(rule.name(), breach, rule.over().apply(FIXTURES))));
  }
}
