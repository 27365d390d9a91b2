package dev.millrace.storage.coordination;

import static dev.millrace.storage.coordination.EtcdCalls.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.storage.coordination.CoordinationStore.Lease;
import dev.millrace.storage.coordination.EtcdSettings.Login;
import dev.millrace.storage.coordination.EtcdSettings.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on an etcd process, and what only that can do wrong. */
final class EtcdCoordinationStoreIT implements CoordinationStoreContract {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  @TempDir private static Path shared;
  private static EtcdServers servers;
  @TempDir private Path directory;
  private EtcdSettings settings;
  private EtcdCoordinationStore store;

  @BeforeAll
  static void startServer() throws Exception {
    servers = EtcdServers.start(shared, 1);
  }

  @AfterAll
  static void stopServer() {
    servers.close();
  }

  @BeforeEach
  void open() {
    settings = servers.settings("test" + PREFIXES.incrementAndGet());
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

  @Test
  void twoProcessesSeeOneStore() {
    try (var other = EtcdCoordinationStore.open(settings, System::nanoTime)) {
      long version = store.compareAndSet("a", 0, "one".getBytes(UTF_8)).orElseThrow();
      assertThat(other.compareAndSet("a", 0, "two".getBytes(UTF_8))).isEmpty();
      assertThat(other.get("a").orElseThrow().version()).isEqualTo(version);
      assertThat(store.acquire("writer", "one", ttl())).isPresent();
      assertThat(other.acquire("writer", "two", ttl())).isEmpty();
      assertThat(other.holder("writer")).contains("one");
    }
  }

  @Test
  void anotherPrefixIsAnotherStore() {
    var elsewhere =
        new EtcdSettings(settings.endpoints(), settings.prefix() + "x", null, Tls.DEFAULT);
    store.compareAndSet("a", 0, "one".getBytes(UTF_8)).orElseThrow();
    try (var other = EtcdCoordinationStore.open(elsewhere, System::nanoTime)) {
      assertThat(other.get("a")).isEmpty();
      assertThat(other.compareAndSet("a", 0, "two".getBytes(UTF_8))).isPresent();
    }
  }

  @Test
  void leasesOfAStoreThatIsClosedAreFreeAtOnce() {
    try (var other = EtcdCoordinationStore.open(settings, System::nanoTime)) {
      Lease lease = other.acquire("writer", "one", Duration.ofHours(1)).orElseThrow();
      assertThat(lease.keepAlive()).isTrue();
    }
    assertThat(store.acquire("writer", "two", ttl())).isPresent();
  }

  @Test
  void aClosedStoreRefusesEverything() {
    store.close();

    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> store.get("a"))
        .withMessage("the coordination store is closed");
  }

  @Test
  void anAddressWhereNothingAnswersIsNamed() {
    var nobody =
        new EtcdSettings(List.of(URI.create("http://127.0.0.1:1")), "x", null, Tls.DEFAULT);

    assertThatExceptionOfType(CoordinationException.class)
        .isThrownBy(() -> EtcdCoordinationStore.open(nobody, System::nanoTime))
        .withMessageStartingWith("etcd at http://127.0.0.1:1: cannot connect: ")
        .withMessageContaining("Connection refused");
  }

  @Test
  void whoHasTheWrongCertificateOrPasswordIsNotLetInAndToldWhy() throws Exception {
    var certificate = TestCertificate.make(directory, "right");
    var another = TestCertificate.make(directory, "another");
    try (var secured = EtcdServers.secured(directory, certificate)) {
      EtcdSettings open = secured.settings("x");
      EtcdCoordinationStore.open(open, System::nanoTime).close();
      var wrong = new Tls(another.certificate(), null, null);
      assertThatExceptionOfType(CoordinationException.class)
          .isThrownBy(
              () ->
                  EtcdCoordinationStore.open(
                      new EtcdSettings(open.endpoints(), "x", null, wrong), System::nanoTime))
          .withMessageContaining("certification path");

      requirePassword(open);

      assertThatExceptionOfType(CoordinationException.class)
          .isThrownBy(() -> EtcdCoordinationStore.open(open, System::nanoTime))
          .withMessageContaining("user name is empty");
      assertThatExceptionOfType(CoordinationException.class)
          .isThrownBy(() -> EtcdCoordinationStore.open(with(open, "wrong"), System::nanoTime))
          .withMessageContaining("invalid user ID or password");
      try (var mine = EtcdCoordinationStore.open(with(open, "secret"), System::nanoTime)) {
        assertThat(mine.compareAndSet("a", 0, new byte[1])).isPresent();
      }
      assertThat(with(open, "secret").toString()).doesNotContain("secret");
    }
  }

  private static EtcdSettings with(EtcdSettings settings, String password) {
    return new EtcdSettings(
        settings.endpoints(), settings.prefix(), new Login("root", password), settings.tls());
  }

  private static void requirePassword(EtcdSettings settings) throws Exception {
    try (var calls = new EtcdCalls(settings, System::nanoTime)) {
      var auth = calls.client().getAuthClient();
      auth.userAdd(bytes("root"), bytes("secret")).get(20, TimeUnit.SECONDS);
      auth.userGrantRole(bytes("root"), bytes("root")).get(20, TimeUnit.SECONDS);
      auth.authEnable().get(20, TimeUnit.SECONDS);
    }
  }
}
