package dev.millrace.verification.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The house rules, each over all classes below a root package. */
final class HouseRules {
  /** Client libraries and the only packages that may touch them. */
  private static final Map<List<String>, List<String>> OWNERS =
      Map.ofEntries(
          Map.entry(List.of("org.apache.kafka..", "kafka.."), List.of("bus.kafka")),
          Map.entry(List.of("io.vertx.ext.."), List.of("http")),
          Map.entry(List.of("org.eclipse.jgit.."), List.of("forges")),
          Map.entry(List.of("sjsonnet..", "org.snakeyaml..", "org.yaml.."), List.of("pipeline")),
          Map.entry(List.of("picocli..", "ch.qos.logback.."), List.of("launcher")),
          Map.entry(List.of("io.micrometer.prometheusmetrics.."), List.of("launcher")),
          Map.entry(List.of("io.opentelemetry.."), List.of("launcher.traces")),
          Map.entry(List.of("org.bouncycastle.."), List.of("configstore")),
          Map.entry(List.of("software.amazon..", "org.apache.hc.."), List.of("storage.objects")),
          Map.entry(List.of("io.etcd..", "io.grpc.."), List.of("storage.coordination")),
          Map.entry(List.of("com.github.luben.."), List.of("storage.entries")),
          Map.entry(List.of("org.apache.lucene.."), List.of("storage.index")),
          Map.entry(List.of("org.HdrHistogram.."), List.of("bench")));

  /** An adapter is a class that implements one of these, or is one that has no port. */
  private static final Set<String> PORTS =
      Set.of(
          "dev.millrace.bus.Bus",
          "dev.millrace.bus.kafka.EmbeddedBroker",
          "dev.millrace.executor.drivers.Driver",
          "dev.millrace.pipeline.JsonnetEvaluator",
          "dev.millrace.storage.coordination.CoordinationStore",
          "dev.millrace.storage.objects.ObjectStore");

  /** Modules of which every package below the first is something that can be had alone. */
  private static final List<String> DIVIDED = List.of("datamanager");

  /** The values that tell what a configuration file asks for. */
  private static final String PLANS =
      "dev\\.millrace\\.pipeline\\.(Evaluated|PlannedRun|GitContext)(\\$.*)?";

  private static final Set<String> FACTORIES = Set.of("open", "start");

  private static final String WALL_CLOCK =
      "java\\.time\\.(Clock\\.(system|tick).*|InstantSource\\.system.*|\\w+\\.now\\(.*)"
          + "|java\\.lang\\.System\\.currentTimeMillis.*"
          + "|dev\\.millrace\\.bus\\.ledger\\.Timing\\.system.*";
  private static final String CLOCK = WALL_CLOCK + "|java\\.lang\\.System\\.nanoTime.*";
  private static final String MAKES_CHANCE =
      "java\\.util\\.UUID\\.randomUUID.*|java\\.lang\\.Math\\.random.*"
          + "|java\\.util\\.(Random|SplittableRandom)\\.<init>.*"
          + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\.current.*"
          + "|java\\.util\\.random\\.\\w+\\.(of|getDefault)\\b.*"
          + "|java\\.security\\.SecureRandom\\.(<init>|getInstance).*";
  private static final String USES_CHANCE =
      "java\\.(util\\.(Random|SplittableRandom|random\\.\\w+)|security\\.SecureRandom)\\..*";
  private static final String MACHINE =
      "java\\.(nio\\.(file|channels)\\..*|net\\.(http\\..*|.*Socket.*|InetAddress.*)"
          + "|io\\.(File|RandomAccess).*|lang\\.(Process|Runtime|Thread)\\b.*"
          + "|lang\\.System\\.(getenv|getProperty|exit|in|out|err)\\b.*"
          + "|util\\.(Timer.*|concurrent\\.Executor.*))";

  private HouseRules() {}

  /** Each client library has one owner, so that replacing it is a matter of one package. */
  static ArchRule librariesHaveOneOwner(String root) {
    return CompositeArchRule.of(
        OWNERS.entrySet().stream()
            .map(
                e ->
                    noClasses()
                        .that()
                        .resideInAPackage(root + "..")
                        .and()
                        .resideOutsideOfPackages(below(root, e.getValue()))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(e.getKey().toArray(String[]::new)))
                        .as("only " + e.getValue() + " uses " + e.getKey()))
            .<ArchRule>map(rule -> rule)
            .toList());
  }

  /** Rules know values only, so that they can be tested, replayed and simulated. */
  static ArchRule coresKnowOnlyValues(String root) {
    return classes()
        .that()
        .resideInAPackage(root + ".*.core..")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "java..",
                    root + ".*.core..",
                    "dev.millrace.events..",
                    "dev.millrace.bus.ledger..",
                    "org.pcollections..",
                    "org.jspecify..")
                .or(nameMatching(PLANS)))
        .as("core packages use only java, events, the ledger's interfaces and their own");
  }

  /** What a rule or the meaning of an event says must not depend on when and where it is asked. */
  static ArchRule coresHaveNoClockNoChanceNoMachine(String root) {
    return noClasses()
        .that()
        .resideInAnyPackage(root + ".*.core..", root + ".events..")
        .should()
        .accessTargetWhere(target(String.join("|", CLOCK, MAKES_CHANCE, USES_CHANCE, MACHINE)))
        .as("core packages and events read no clock, roll no dice, touch no machine");
  }

  /** Time and chance are handed in, so that the simulation can hand in its own. */
  static ArchRule timeAndChanceAreHandedIn(String root) {
    return noClasses()
        .that()
        .resideInAnyPackage(
            below(
                root,
                List.of(
                    "bus.ledger",
                    "bus.memory",
                    "pipeline",
                    "storage",
                    "configstore",
                    "runservice",
                    "scheduler",
                    "executor",
                    "gateway")))
        .and()
        .doNotHaveFullyQualifiedName("dev.millrace.bus.ledger.Timing") // names the machine's clocks
        .should()
        .accessTargetWhere(target(WALL_CLOCK + "|" + MAKES_CHANCE))
        .as("what is simulated reads no wall clock and makes no randomness of its own");
  }

  /** Which adapter is used is decided in one place. */
  static ArchRule onlyTheLauncherMakesAdapters(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackages(below(root, List.of("launcher", "bench", "verification")))
        .should()
        .accessTargetWhere(makesAnAdapter())
        .as("only the launcher makes adapters");
  }

  static ArchRule everyPackageIsNullMarked(String root) {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .should(beInANullMarkedPackage())
        .as("every package is @NullMarked");
  }

  /** What a module consists of can be understood, and tried, a package at a time. */
  static ArchRule partsAreFreeOfCycles(String root) {
    return CompositeArchRule.of(
        DIVIDED.stream()
            .map(name -> root + "." + name)
            .flatMap(
                top ->
                    Stream.<ArchRule>of(
                        slices().matching(top + ".(*)..").should().beFreeOfCycles(),
                        noClasses()
                            .that()
                            .resideInAPackage(top + ".*..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage(top)
                            .as("what " + top + " consists of does not know what turns it")))
            .toList());
  }

  /** A package of leftovers has no owner and everybody's imports. */
  static ArchRule noPackageOfLeftovers(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .resideInAnyPackage(
            "..common..", "..util..", "..utils..", "..helper..", "..helpers..", "..misc..")
        .as("no package is named common or util");
  }

  private static DescribedPredicate<JavaAccess<?>> target(String pattern) {
    return DescribedPredicate.describe(
        "target matches " + pattern, access -> access.getTarget().getFullName().matches(pattern));
  }

  private static DescribedPredicate<JavaAccess<?>> makesAnAdapter() {
    return DescribedPredicate.describe(
        "target makes an adapter",
        access -> {
          var owner = access.getTargetOwner();
          boolean own = owner.getPackageName().equals(access.getOriginOwner().getPackageName());
          return !own && makes(access) && PORTS.stream().anyMatch(owner::isAssignableTo);
        });
  }

  private static boolean makes(JavaAccess<?> access) {
    return access.getTarget().getName().equals("<init>")
        || access.getTarget().resolveMember().stream()
            .anyMatch(
                member ->
                    member.getModifiers().contains(JavaModifier.STATIC)
                        && FACTORIES.contains(member.getName()));
  }

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package marked with @NullMarked") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        boolean marked =
            item.getPackage().tryGetPackageInfo().stream()
                .anyMatch(info -> info.isAnnotatedWith(NullMarked.class));
        events.add(
            new SimpleConditionEvent(
                item, marked, item.getFullName() + " is in a package without @NullMarked"));
      }
    };
  }

  private static String[] below(String root, List<String> packages) {
    return packages.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
  }
}
