package dev.millrace.storage.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class S3ObjectStoreIT implements ObjectStoreContract {
  private static final AtomicInteger IDS = new AtomicInteger();
  private static S3Server server;
  private S3Settings settings;
  private S3ObjectStore store;

  @BeforeAll
  static void startServer(@TempDir Path directory) throws Exception {
    server = S3Server.start(directory);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void open() {
    settings = server.makeBucket("bucket" + IDS.incrementAndGet());
    store = open(settings);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static S3ObjectStore open(S3Settings settings) {
    return S3ObjectStore.open(settings, () -> "id" + IDS.incrementAndGet());
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Test
  void twoFoldersOfABucketAreTwoStores() {
    try (var one = open(folder("one"));
        var other = open(folder("one/more"))) {
      one.write("a", new ByteArrayInputStream(new byte[1]), 1, Durability.PERSISTED);

      assertThat(one.list("", "").map(ObjectInfo::path)).containsExactly("a");
      assertThat(one.list("a", "a")).isEmpty();
      assertThat(other.list("", "")).isEmpty();
      assertThat(other.stat("a")).isEmpty();
    }
    assertThat(store.list("", "").map(ObjectInfo::path)).containsExactly("one/a");
  }

  @Test
  void aListingGoesOverManyPages() {
    for (int i = 0; i < 1_005; i++) {
      store.write(
          "p/%04d".formatted(i), new ByteArrayInputStream(new byte[0]), 0, Durability.BUFFERED);
    }

    assertThat(store.list("p/", "p/0001").map(ObjectInfo::path))
        .hasSize(1_003)
        .isSorted()
        .endsWith("p/1004");
  }

  @Test
  void aBodyInPartsIsWrittenOnce() throws Exception {
    int size = 2 * S3Writer.PART + 5;
    assertThat(store.writeIfAbsent("a", new Zeros(size), ObjectStore.UNKNOWN, Durability.PERSISTED))
        .isTrue();
    assertThat(store.writeIfAbsent("a", new Zeros(size + 1), size + 1, Durability.PERSISTED))
        .isFalse();

    assertThat(store.stat("a")).map(ObjectInfo::size).hasValue((long) size);
    try (var client = S3Clients.create(settings)) {
      assertThat(client.listMultipartUploads(r -> r.bucket(settings.bucket())).uploads()).isEmpty();
    }
  }

  @Test
  void whatIsNotReadToItsEndIsNotFetched() throws Exception {
    int size = 20_000_000;
    store.write("a", new Zeros(size), size, Durability.PERSISTED);
    for (int i = 0; i < 200; i++) { // more than there are connections
      try (InputStream in = store.read("a")) {
        assertThat(in.readNBytes(10)).hasSize(10);
      }
    }
  }

  @Test
  void aReadThatIsCutOffGoesOnWhereItWas() throws Exception {
    byte[] body = new byte[1_000_000];
    new Random(5).nextBytes(body);
    store.write("a", new ByteArrayInputStream(body), body.length, Durability.PERSISTED);
    try (var proxy = new CuttingProxy(server.uri());
        var far = open(with(proxy.uri(), S3Server.OWNER))) {
      proxy.cutAfter(150_000);

      byte[] whole;
      byte[] piece;
      try (InputStream in = far.read("a")) {
        whole = in.readAllBytes();
      }
      try (InputStream in = far.read("a", 100_000, 500_000)) {
        piece = in.readAllBytes();
      }

      assertThat(whole).isEqualTo(body);
      assertThat(piece).isEqualTo(Arrays.copyOfRange(body, 100_000, 600_000));
      assertThat(proxy.cuts()).isGreaterThanOrEqualTo(8);
    }
  }

  @Test
  void aReadThatIsCutOffDoesNotGoOnInAnotherObject() throws Exception {
    store.write("a", new Zeros(1_000_000), 1_000_000, Durability.PERSISTED);
    try (var proxy = new CuttingProxy(server.uri());
        var far = open(with(proxy.uri(), S3Server.OWNER))) {
      proxy.cutAfter(500_000);
      try (InputStream in = far.read("a")) {
        in.readNBytes(1_000);
        store.write("a", new Zeros(2_000_000), 2_000_000, Durability.PERSISTED);

        assertThatExceptionOfType(IOException.class)
            .isThrownBy(in::readAllBytes)
            .withMessageStartingWith("cut off, and cannot go on at ");
      }
    }
  }

  @Test
  void aReadThatIsCutOffWithoutAByteEndsWithAnError() throws Exception {
    store.write("a", new Zeros(1_000_000), 1_000_000, Durability.PERSISTED);
    try (var proxy = new CuttingProxy(server.uri());
        var far = open(with(proxy.uri(), S3Server.OWNER))) {
      proxy.cutAfter(500_000);
      try (InputStream in = far.read("a")) {
        in.readNBytes(1_000);
        proxy.cutAfter(0);

        assertThatExceptionOfType(IOException.class).isThrownBy(in::readAllBytes);
      }
    }
  }

  @Test
  void aHugeBodyOfUnknownSizeNeedsLittleMemory(@TempDir Path directory) throws Exception {
    try (var onDisk = S3Server.onDisk(directory)) {
      onDisk.makeBucket("huge");
      java("-Xmx96m", HugeBody.class, onDisk.uri().toString(), "huge", Long.toString(512L << 20));
    }
  }

  @Test
  void aBucketMayBeNamedInTheHostName(@TempDir Path directory) throws Exception {
    Path hosts = directory.resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.1 mine.localhost\n");
    try (var naming = S3Server.namingBucketsInHosts(directory)) {
      String endpoint = "http://localhost:" + naming.uri().getPort();

      assertThat(
              java("-Djdk.net.hosts.file=" + hosts, VirtualHost.class, endpoint, "mine", "it is"))
          .endsWith("it is");
    }
  }

  /** What another JVM says, which has to succeed. */
  private static String java(String option, Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(option, "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void aMissingBucketIsNamed() {
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> open(server.bucket("nowhere")))
        .withMessageEndingWith(
            "in bucket nowhere at %s: there is no such bucket".formatted(server.uri()));
  }

  @Test
  void wrongCredentialsAreNamedAndNotTold() {
    var wrong = new S3Settings.Credentials("owner", "a-wrong-secret");
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> open(with(server.uri(), wrong)))
        .withMessageContaining("the credentials are wrong")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("a-wrong-secret"));
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(
            () -> open(with(server.uri(), new S3Settings.Credentials("nobody", "secret-of-it"))))
        .withMessageContaining("the credentials are wrong");
    assertThat(wrong.toString()).doesNotContain("a-wrong-secret");
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    URI nobody = URI.create("http://127.0.0.1:1");
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> open(with(nobody, S3Server.OWNER)))
        .withMessageContaining("at http://127.0.0.1:1")
        .withMessageContaining("refused");
  }

  @Test
  void everyCallSaysThatAServerHasGone(@TempDir Path directory) throws Exception {
    var going = S3Server.start(directory);
    try (var leaving = open(going.makeBucket("going"))) {
      going.close();
      Map<String, ThrowingCallable> calls =
          Map.of(
              "write", () -> leaving.write("a", body(), 1, Durability.PERSISTED),
              "read", () -> leaving.read("a"),
              "list", () -> leaving.list("", ""),
              "delete", () -> leaving.delete("a"));
      calls.forEach(
          (name, call) ->
              assertThatExceptionOfType(ObjectStoreException.class)
                  .as(name)
                  .isThrownBy(call)
                  .withMessageContaining("cannot " + name)
                  .withMessageContaining("refused"));
    }
  }

  private static InputStream body() {
    return new ByteArrayInputStream(new byte[] {1});
  }

  private S3Settings with(URI endpoint, S3Settings.Credentials credentials) {
    return new S3Settings(endpoint, "us-east-1", settings.bucket(), "", true, credentials);
  }

  private S3Settings folder(String folder) {
    return new S3Settings(
        server.uri(), "us-east-1", settings.bucket(), folder, true, S3Server.OWNER);
  }
}
