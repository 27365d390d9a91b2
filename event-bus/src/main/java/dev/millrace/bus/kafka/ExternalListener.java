package dev.millrace.bus.kafka;

import java.util.Map;

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
    var _ = AccessControl.give(owner, Map.of(ClusterUser.PUBLISHER, credentials.user()));
  }
}
