package dev.millrace.bus.kafka;

import dev.millrace.bus.BusException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/** Gives users their rights on a cluster. */
public final class AccessControl {
  private AccessControl() {}

  /**
   * What came of it.
   *
   * @param given how many rights were missing
   * @param others what the users may also do, though nobody of Millrace needs it; as people may
   *     have given it for a reason, it stays
   */
  public record Outcome(int given, List<String> others) {}

  /**
   * Gives the users what is missing of their {@link Rights}. Blocks.
   *
   * @param users their names on the cluster
   * @throws BusException if the cluster does not answer, or the settings' own user may not do this
   */
  public static Outcome give(KafkaSettings settings, Map<ClusterUser, String> users) {
    try (var admin = Admin.create(settings.admin("millrace-access"))) {
      var missing = new ArrayList<AclBinding>();
      var others = new ArrayList<String>();
      for (var user : byName(users).entrySet()) {
        var wanted = user.getValue();
        var present = admin.describeAcls(all(user.getKey())).values().get();
        wanted.stream().filter(each -> !present.contains(each)).forEach(missing::add);
        present.stream()
            .filter(each -> !wanted.contains(each))
            .map(AccessControl::text)
            .sorted()
            .forEach(others::add);
      }
      admin.createAcls(missing).all().get();
      return new Outcome(missing.size(), List.copyOf(others));
    } catch (ExecutionException e) {
      throw Wire.failure("cannot give rights at " + settings.bootstrap(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted while giving rights", e);
    }
  }

  /** Several of Millrace's may be one user there. */
  private static Map<String, Set<AclBinding>> byName(Map<ClusterUser, String> users) {
    var byName = new TreeMap<String, Set<AclBinding>>();
    users.forEach(
        (user, name) ->
            Rights.of(user).stream()
                .flatMap(right -> bindings(right, name))
                .forEach(byName.computeIfAbsent(name, _ -> new LinkedHashSet<>())::add));
    return byName;
  }

  private static Stream<AclBinding> bindings(Right right, String name) {
    return right.sorted().stream()
        .map(
            operation ->
                new AclBinding(
                    resource(right),
                    new AccessControlEntry(
                        principal(name), "*", operation.operation(), AclPermissionType.ALLOW)));
  }

  private static ResourcePattern resource(Right right) {
    return switch (right) {
      case Right.OnTopic(var topic, _) ->
          new ResourcePattern(ResourceType.TOPIC, topic.name(), PatternType.LITERAL);
      case Right.OnCluster _ ->
          new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL);
    };
  }

  private static AclBindingFilter all(String name) {
    return new AclBindingFilter(
        ResourcePatternFilter.ANY,
        new AccessControlEntryFilter(
            principal(name), null, AclOperation.ANY, AclPermissionType.ANY));
  }

  private static String principal(String name) {
    return "User:" + name;
  }

  private static String text(AclBinding other) {
    return "%s: %s %s on %s %s"
        .formatted(
            other.entry().principal(),
            word(other.entry().permissionType()),
            word(other.entry().operation()),
            word(other.pattern().resourceType()),
            other.pattern().name());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
