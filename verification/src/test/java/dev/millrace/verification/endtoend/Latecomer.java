package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.LocalCluster;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Somebody whom the services of a cluster do not know until they are told. */
record Latecomer(LocalCluster cluster, String user) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int ITERATIONS = 4_096;

  /** With the password of the cluster's own user, and its rights. */
  void letInAtEtcd() throws Exception {
    String root = "{\"name\": \"root\", \"password\": \"%s\"}".formatted(secret("etcd-root"));
    String token = JSON.readTree(etcd("authenticate", root, null)).get("token").asString();
    String known = "{\"name\": \"%s\", \"password\": \"%s\"}";
    var _ = etcd("user/add", known.formatted(user, secret("etcd-millrace")), token);
    String granted = "{\"user\": \"%s\", \"role\": \"millrace\"}".formatted(user);
    var _ = etcd("user/grant", granted, token);
  }

  private String secret(String name) throws Exception {
    return cluster.secret(name);
  }

  private String etcd(String what, String body, @Nullable String token) throws Exception {
    try (var http = HttpClient.newBuilder().sslContext(trusting()).build()) {
      var request =
          HttpRequest.newBuilder(cluster.etcd().getFirst().resolve("/v3/auth/" + what))
              .POST(BodyPublishers.ofString(body));
      if (token != null) {
        request.header("Authorization", token);
      }
      var answer = http.send(request.build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return answer.body();
    }
  }

  private SSLContext trusting() throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(cluster.authority())) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** With the password of the cluster's own runservice; it may do nothing yet. */
  void letInAtKafka() throws Exception {
    Path authority = cluster.authority();
    Path identity = authority.resolveSibling("broker-store.pem");
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:" + cluster.port("kafka-1-brokers"),
            "security.protocol",
            "SSL",
            "ssl.truststore.type",
            "PEM",
            "ssl.truststore.location",
            authority.toString(),
            "ssl.keystore.type",
            "PEM",
            "ssl.keystore.location",
            identity.toString());
    try (var admin = Admin.create(settings)) {
      var mechanism = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS);
      var known = new UserScramCredentialUpsertion(user, mechanism, secret("kafka-runservice"));
      admin.alterUserScramCredentials(List.of(known)).all().get();
    }
  }

  /** Those of a role. */
  void giveRightsAtKafka(Installation installation, String role) throws Exception {
    Path config = cluster.directory().resolve("config").resolve("superuser.yaml");
    String name = role + "=" + user;
    String given =
        installation
            .millrace("topics", "--config", config.toString(), "--acls", "--user", name)
            .expectSuccess();
    assertThat(given).contains("rights were given");
  }
}
