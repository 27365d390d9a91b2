package dev.millrace.storage.coordination;

import static dev.millrace.storage.coordination.EtcdCalls.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.storage.processes.ServerProcess;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.options.GetOption;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The members of an etcd cluster, each a process of its own. */
final class EtcdServers implements AutoCloseable {
  /** How long leases last in tests; etcd knows none that are shorter. */
  static final Duration TTL = Duration.ofSeconds(3);

  private final Path directory;
  private final @Nullable TestCertificate certificate;
  private final List<Member> members = new ArrayList<>();

  private static final class Member {
    final String name;
    final URI peers;
    final URI clients;
    @Nullable ServerProcess process;

    Member(String name, URI peers, URI clients) {
      this.name = name;
      this.peers = peers;
      this.clients = clients;
    }
  }

  private EtcdServers(Path directory, @Nullable TestCertificate certificate) {
    this.directory = directory;
    this.certificate = certificate;
  }

  /** Starts so many; they take connections when this returns. */
  static EtcdServers start(Path directory, int count) throws IOException, InterruptedException {
    return start(directory, count, null);
  }

  /** Starts one that talks to clients with this certificate alone. */
  static EtcdServers secured(Path directory, TestCertificate certificate)
      throws IOException, InterruptedException {
    return start(directory, 1, certificate);
  }

  private static EtcdServers start(Path directory, int count, @Nullable TestCertificate certificate)
      throws IOException, InterruptedException {
    needEtcd();
    var servers = new EtcdServers(directory, certificate);
    String scheme = certificate == null ? "http" : "https";
    for (int i = 0; i < count; i++) {
      servers.members.add(new Member("m" + i, uri("http"), uri(scheme)));
    }
    servers.startAll();
    return servers;
  }

  /** In CI it has to be there, elsewhere the test is skipped. */
  private static void needEtcd() {
    boolean found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
    assumeTrue(
        found || "true".equals(System.getenv("CI")),
        "etcd is missing: apt-get install etcd-server");
  }

  private static URI uri(String scheme) throws IOException {
    return URI.create(scheme + "://127.0.0.1:" + ServerProcess.freePort());
  }

  /** Starts those that do not run, with what they had stored. */
  void startAll() throws IOException, InterruptedException {
    for (Member member : members) {
      if (member.process == null) {
        member.process = launch(member);
      }
    }
    try {
      for (Member member : members) {
        Objects.requireNonNull(member.process).awaitConnections();
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private ServerProcess launch(Member member) throws IOException {
    String cluster =
        members.stream().map(one -> one.name + "=" + one.peers).collect(Collectors.joining(","));
    List<String> command = new ArrayList<>(List.of("etcd", "--name", member.name));
    command.addAll(List.of("--data-dir", directory.resolve(member.name).toString()));
    command.addAll(List.of("--listen-client-urls", member.clients.toString()));
    command.addAll(List.of("--advertise-client-urls", member.clients.toString()));
    command.addAll(List.of("--listen-peer-urls", member.peers.toString()));
    command.addAll(List.of("--initial-advertise-peer-urls", member.peers.toString()));
    command.addAll(List.of("--initial-cluster", cluster, "--logger", "zap"));
    if (certificate != null) {
      command.addAll(List.of("--cert-file", certificate.certificate().toString()));
      command.addAll(List.of("--key-file", certificate.key().toString()));
    }
    Path log = directory.resolve(member.name + ".log");
    return ServerProcess.start(command, member.clients.getPort(), log);
  }

  /** Kills the member that leads, without a warning. */
  void killLeader() throws Exception {
    try (var client = Client.builder().endpoints(settings("any").endpoints()).build()) {
      for (Member member : members) {
        var status =
            client
                .getMaintenanceClient()
                .statusMember(member.clients.toString())
                .get(20, TimeUnit.SECONDS);
        if (status.getLeader() == status.getHeader().getMemberId()) {
          kill(member);
          return;
        }
      }
    }
    assertThat(members).as("one of them leads").isEmpty();
  }

  /** Kills all of them, without a warning. */
  void killAll() {
    members.forEach(EtcdServers::kill);
  }

  private static void kill(Member member) {
    ServerProcess process = member.process;
    if (process != null) {
      process.close();
      member.process = null;
    }
  }

  /** Kills all, and forgets what they had stored. */
  void wipe() throws IOException {
    killAll();
    for (Member member : members) {
      try (var files = Files.walk(directory.resolve(member.name))) {
        for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Lets time pass, and those leases end that are over then. */
  static void pass(EtcdSettings settings, Duration time) {
    try {
      Thread.sleep(time);
      try (var client = Client.builder().endpoints(settings.endpoints()).build()) {
        var leases = bytes(settings.prefix() + "/leases/");
        var option = GetOption.builder().isPrefix(true).withCountOnly(true).build();
        while (time.compareTo(TTL) >= 0
            && client.getKVClient().get(leases, option).get(20, TimeUnit.SECONDS).getCount() > 0) {
          Thread.sleep(50); // etcd ends leases up to a second later
        }
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** How to get at them without a password, with keys of one's own. */
  EtcdSettings settings(String prefix) {
    var tls =
        certificate == null
            ? EtcdSettings.Tls.DEFAULT
            : new EtcdSettings.Tls(certificate.certificate(), null, null);
    return new EtcdSettings(
        members.stream().map(member -> member.clients).toList(), prefix, null, tls);
  }

  @Override
  public void close() {
    killAll();
  }
}
