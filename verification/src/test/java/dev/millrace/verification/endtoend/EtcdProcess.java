package dev.millrace.verification.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An etcd of one member, as a process of its own. */
final class EtcdProcess implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/etcd");

  private final Path directory;
  private final URI clients;
  private final URI peers;
  private Process process;

  private EtcdProcess(Path directory, URI clients, URI peers) throws IOException {
    this.directory = directory;
    this.clients = clients;
    this.peers = peers;
    this.process = launch();
  }

  /** Starts one with nothing stored. In CI etcd has to be there, elsewhere the test is skipped. */
  static EtcdProcess start(Path directory) throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(PROGRAM) || "true".equals(System.getenv("CI")),
        "etcd is missing: apt-get install etcd-server");
    var etcd = new EtcdProcess(directory, free(), free());
    etcd.awaitConnections();
    return etcd;
  }

  private static URI free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            List.of(
                PROGRAM.toString(),
                "--name=only",
                "--logger=zap",
                "--data-dir=" + Files.createTempDirectory(directory, "etcd"),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=only=" + peers))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
        .start();
  }

  private Path log() {
    return directory.resolve("etcd.log");
  }

  private void awaitConnections() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      try (var socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), clients.getPort()), 1000);
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          close();
          throw new IOException("etcd does not start: " + Files.readString(log()), e);
        }
        process.waitFor(50, TimeUnit.MILLISECONDS);
      }
    }
  }

  URI uri() {
    return clients;
  }

  /** Kills it. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts it again, after it was killed, with nothing of what it had stored. */
  void startEmptied() throws IOException, InterruptedException {
    process = launch();
    awaitConnections();
  }

  @Override
  public void close() {
    kill();
  }
}
