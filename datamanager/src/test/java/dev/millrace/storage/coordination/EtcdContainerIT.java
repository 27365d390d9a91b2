package dev.millrace.storage.coordination;

import dev.millrace.storage.coordination.EtcdSettings.Tls;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.LazyFuture;

/**
 * The contract on etcd in a container. Compiled and run with {@code -Dcontainers} only, as it needs
 * an engine: {@code verification/containers} starts one if there is none. The image is made of this
 * machine's own etcd, or is the one that {@code -Detcd.image} names: so other versions are tried.
 */
final class EtcdContainerIT implements CoordinationStoreContract {
  private static final int PORT = 2379;
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");
  private static GenericContainer<?> container;
  private EtcdSettings settings;
  private EtcdCoordinationStore store;

  @BeforeAll
  static void start() throws Exception {
    container =
        new GenericContainer<>(image())
            .withExposedPorts(PORT)
            .withCommand(
                "/usr/bin/etcd",
                "--data-dir=/etcd-data",
                "--listen-client-urls=http://0.0.0.0:" + PORT,
                "--advertise-client-urls=http://0.0.0.0:" + PORT)
            .waitingFor(Wait.forHttp("/health").forPort(PORT));
    container.start();
  }

  private static Future<String> image() throws IOException, InterruptedException {
    String given = System.getProperty("etcd.image");
    if (given != null) {
      return new LazyFuture<>() {
        @Override
        protected String resolve() {
          return given;
        }
      };
    }
    var made = new ImageFromDockerfile();
    var copies = new StringBuilder("FROM scratch\n");
    for (String file : filesOfEtcd()) {
      made.withFileFromPath(file.substring(1), Path.of(file).toRealPath());
      copies.append("COPY ").append(file.substring(1)).append(' ').append(file).append('\n');
    }
    return made.withFileFromString("Dockerfile", copies.toString());
  }

  /** The program and what it is linked with. */
  private static List<String> filesOfEtcd() throws IOException, InterruptedException {
    Process ldd = new ProcessBuilder("ldd", "/usr/bin/etcd").redirectErrorStream(true).start();
    String linked = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (ldd.waitFor() != 0) {
      throw new IOException("this machine has no etcd to make an image of: " + linked);
    }
    Matcher library = LIBRARY.matcher(linked);
    List<String> files = new ArrayList<>(List.of("/usr/bin/etcd"));
    while (library.find()) {
      files.add(library.group(1));
    }
    return files;
  }

  @AfterAll
  static void stop() {
    container.stop();
  }

  @BeforeEach
  void open() {
    URI endpoint =
        URI.create("http://%s:%d".formatted(container.getHost(), container.getMappedPort(PORT)));
    settings =
        new EtcdSettings(List.of(endpoint), "test" + PREFIXES.incrementAndGet(), null, Tls.DEFAULT);
    store = EtcdCoordinationStore.open(settings, System::nanoTime);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  public CoordinationStore store() {
    return store;
  }

  @Override
  public Duration ttl() {
    return EtcdServers.TTL;
  }

  @Override
  public void pass(Duration time) {
    EtcdServers.pass(settings, time);
  }
}
