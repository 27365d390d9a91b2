package dev.millrace.verification.installation;

import dev.millrace.bus.kafka.ClusterUser;
import dev.millrace.bus.kafka.Credentials;
import dev.millrace.bus.kafka.KafkaSecurity;
import dev.millrace.bus.kafka.KafkaSettings;
import dev.millrace.bus.kafka.Login;
import dev.millrace.bus.kafka.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An installation of many processes on this machine, by {@code deploy/local-cluster}, whose help
 * says what each is called. Ended when closed; what it has written stays, unless it is {@link
 * #temporary}.
 */
public final class LocalCluster implements AutoCloseable {
  private static final Path PROGRAM =
      Installation.script().resolveSibling("deploy").resolve("local-cluster");

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;
  private final boolean temporary;

  private LocalCluster(Path directory, boolean temporary) {
    this.directory = directory;
    this.temporary = temporary;
  }

  /**
   * Starts one; all of it works when this returns.
   *
   * @param directory where it lies; may hold an earlier one, which goes on
   * @param options of the program's {@code start}
   */
  public static LocalCluster start(Path directory, String... options)
      throws IOException, InterruptedException {
    var cluster = new LocalCluster(directory.toAbsolutePath(), false);
    cluster.command("start", options);
    return cluster;
  }

  /**
   * Starts one in a folder that is removed when it is closed; its administrator can sign in when
   * this returns.
   *
   * @param options of the program's {@code start}
   */
  public static LocalCluster temporary(String... options) throws Exception {
    return temporaryBy(PROGRAM, options);
  }

  /**
   * As {@link #temporary}, but of another version, also what makes its settings. What is started
   * again later is of this version, unless that is said.
   *
   * @param sources of that version; it is built there if it is not
   */
  public static LocalCluster ofVersion(Path sources, String... options) throws Exception {
    return temporaryBy(sources.resolve("deploy").resolve("local-cluster"), options);
  }

  private static LocalCluster temporaryBy(Path program, String... options) throws Exception {
    var cluster = new LocalCluster(Files.createTempDirectory("a cluster"), true);
    cluster.run(program, "start", options);
    cluster.awaitAdministrator();
    return cluster;
  }

  /** The configstore makes it once it decides. */
  private void awaitAdministrator() throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        var _ = api(1).call("GET", "/user", null, 200);
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }

  /** Kills the processes, without a warning. */
  public void kill(String... names) throws IOException, InterruptedException {
    command("kill", names);
  }

  /** Tells the processes to end and waits until they have. */
  public void end(String... names) throws IOException, InterruptedException {
    command("end", names);
  }

  /** Starts the processes again, after ending those that run, and waits until they work. */
  public void restart(String... names) throws IOException, InterruptedException {
    command("restart", names);
  }

  /**
   * As {@link #restart}, with another program.
   *
   * @param dist where it was built: {@code launcher/target/dist} below its sources
   */
  public void restartWith(Path dist, String name) throws IOException, InterruptedException {
    command("restart", "--dist", dist.toString(), name);
  }

  /** Stops the processes where they are. */
  public void pause(String... names) throws IOException, InterruptedException {
    command("pause", names);
  }

  /** Lets paused processes go on. */
  public void resume(String... names) throws IOException, InterruptedException {
    command("resume", names);
  }

  /** Whether processes can be cut off on this machine: by root, with programs that it may lack. */
  public static boolean canCut() {
    return "root".equals(System.getProperty("user.name"))
        && Stream.of("/usr/sbin/iptables", "/usr/bin/setpriv")
            .allMatch(program -> Files.isExecutable(Path.of(program)));
  }

  /** Has nothing arrive any more that the process sends, and nobody reach it. */
  public void cut(String name) throws IOException, InterruptedException {
    command("cut", name);
  }

  /**
   * Has nothing arrive that the process asks of these, and the other way round.
   *
   * @param others processes, or kinds of them, as {@code kafka}
   */
  public void cutFrom(String name, String... others) throws IOException, InterruptedException {
    command("cut", name, "--from", String.join(",", others));
  }

  /** Undoes all cuts. */
  public void heal() throws IOException, InterruptedException {
    command("heal");
  }

  private void command(String command, String... more) throws IOException, InterruptedException {
    run(PROGRAM, command, more);
  }

  private void run(Path program, String command, String... more)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(program.toString(), command));
    all.addAll(List.of("--dir", directory.toString()));
    all.addAll(List.of(more));
    Path output = Files.createTempFile("local-cluster", ".out");
    try {
      var builder = new ProcessBuilder(all).redirectErrorStream(true);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      Process process =
          builder
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "%s: %s".formatted(String.join(" ", all), Files.readString(output)));
      }
    } finally {
      Files.delete(output);
    }
  }

  /** Where all of it lies. */
  public Path directory() {
    return directory;
  }

  /** The process of this name, as it was last started. */
  public ProcessHandle process(String name) throws IOException {
    String pid = Files.readString(directory.resolve("run").resolve(name + ".pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid))
        .orElseThrow(() -> new IllegalStateException(name + " does not run"));
  }

  /** What the process has said so far, over all its starts. */
  public String log(String name) throws IOException {
    return Files.readString(directory.resolve("log").resolve(name + ".log"));
  }

  /** Where it listens on loopback: for a role its internal interface. */
  public int port(String name) throws IOException {
    return Files.readAllLines(directory.resolve("ports")).stream()
        .filter(line -> line.startsWith(name + " "))
        .mapToInt(line -> Integer.parseInt(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing listens as " + name));
  }

  /** A secret of the installation, as {@code kafka-gateway}. */
  public String secret(String name) throws IOException {
    return Files.readString(directory.resolve("secrets").resolve(name)).strip();
  }

  /** What all certificates are by. */
  public Path authority() {
    return directory.resolve("certificates").resolve("ca.pem");
  }

  /** The members of etcd. */
  public List<URI> etcd() throws IOException {
    List<URI> members = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      members.add(URI.create("https://127.0.0.1:" + port("etcd-" + n)));
    }
    return members;
  }

  /** How the user logs in at the brokers. */
  public KafkaSettings kafka(ClusterUser user) throws IOException {
    var credentials = new Credentials(user.word(), secret("kafka-" + user.word()));
    return new KafkaSettings(
        bootstrap(),
        new KafkaSecurity(
            new Login(Login.Mechanism.SCRAM_SHA_512, credentials),
            new Tls(authority(), null, null)),
        5);
  }

  private String bootstrap() throws IOException {
    List<String> addresses = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      addresses.add("127.0.0.1:" + port("kafka-" + n));
    }
    return String.join(",", addresses);
  }

  /** A gateway's public interface: 1 or 2. */
  public URI gateway(int number) throws IOException {
    return URI.create("http://127.0.0.1:" + port("gateway-%d-public".formatted(number)));
  }

  /** The first administrator, at a gateway: 1 or 2. */
  public Api api(int gateway) throws IOException {
    return new Api(gateway(gateway), secret("administrator-token"));
  }

  @Override
  public void close() throws IOException {
    try {
      command("stop");
      if (temporary) {
        Removal.of(directory);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ending " + directory, e);
    }
  }
}
