package dev.millrace.verification.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An etcd of one member, as a process of its own. */
final class EtcdProcess implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/etcd");

  private final Path directory;
  private final URI clients;
  private final URI peers;
  private Path data;
  private NeighbourProcess process;

  private EtcdProcess(Path directory, URI clients, URI peers)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.clients = clients;
    this.peers = peers;
    this.data = Files.createTempDirectory(directory, "etcd");
    this.process = launch();
  }

  /** Starts one with nothing stored. In CI etcd has to be there, elsewhere the test is skipped. */
  static EtcdProcess start(Path directory) throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(PROGRAM) || "true".equals(System.getenv("CI")),
        "etcd is missing: apt-get install etcd-server");
    return new EtcdProcess(directory, free(), free());
  }

  private static URI free() throws IOException {
    return URI.create("http://127.0.0.1:" + NeighbourProcess.freePort());
  }

  private NeighbourProcess launch() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            PROGRAM.toString(),
            "--name=only",
            "--logger=zap",
            "--data-dir=" + data,
            "--listen-client-urls=" + clients,
            "--advertise-client-urls=" + clients,
            "--listen-peer-urls=" + peers,
            "--initial-advertise-peer-urls=" + peers,
            "--initial-cluster=only=" + peers);
    return NeighbourProcess.start(command, clients.getPort(), directory.resolve("etcd.log"));
  }

  URI uri() {
    return clients;
  }

  /** Kills it. */
  void kill() {
    process.kill();
  }

  /** Starts it again, after it was killed, with all that it had stored. */
  void startAgain() throws IOException, InterruptedException {
    process = launch();
  }

  /** Starts it again, after it was killed, with nothing of what it had stored. */
  void startEmptied() throws IOException, InterruptedException {
    data = Files.createTempDirectory(directory, "etcd");
    process = launch();
  }

  @Override
  public void close() {
    kill();
  }
}
