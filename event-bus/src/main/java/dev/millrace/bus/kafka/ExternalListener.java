package dev.millrace.bus.kafka;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.millrace.bus.BusException;
import dev.millrace.events.Topics;
import dev.millrace.events.Topics.Topic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A listener for programs outside, which may write commands about runs and read what became of
 * them, and nothing else.
 *
 * @param host to bind
 * @param advertisedHost under which clients reach it; differs when bound to all addresses
 * @param credentials the only ones it accepts; another user than the owner's
 */
public record ExternalListener(
    String host, int port, String advertisedHost, Credentials credentials) {

  String bind() {
    return host + ":" + port;
  }

  String advertised() {
    return advertisedHost + ":" + port;
  }

  void allow(KafkaSettings owner) {
    var allowed =
        List.of(
            allowed(Topics.RUN_COMMANDS, WRITE),
            allowed(Topics.RUN_COMMANDS, DESCRIBE),
            allowed(Topics.RUN_EVENTS, READ),
            allowed(Topics.RUN_EVENTS, DESCRIBE));
    try (var admin = Admin.create(owner.admin("millrace-access"))) {
      admin.createAcls(allowed).all().get();
    } catch (ExecutionException e) {
      throw Wire.failure("cannot allow " + credentials.user() + " what it may", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusException("interrupted while starting the broker", e);
    }
  }

  private AclBinding allowed(Topic topic, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic.name(), PatternType.LITERAL),
        new AccessControlEntry(
            "User:" + credentials.user(), "*", operation, AclPermissionType.ALLOW));
  }
}
