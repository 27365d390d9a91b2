package dev.millrace.storage.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ObjectStore} does. An adapter's test adds how to get one. */
interface ObjectStoreContract {
  /** The store under test; empty at first, one for each test. */
  ObjectStore store();

  @Test
  default void whatWasWrittenIsReadBack() throws Exception {
    write("runs/1", "one");

    assertThat(text("runs/1")).isEqualTo("one");
    assertThat(store().stat("runs/1"))
        .hasValueSatisfying(
            info -> {
              assertThat(info.path()).isEqualTo("runs/1");
              assertThat(info.size()).isEqualTo(3);
            });
  }

  @Test
  default void anEmptyBodyIsAnObject() throws Exception {
    write("empty", "");

    assertThat(text("empty")).isEmpty();
    assertThat(store().read("empty", 0, 10).readAllBytes()).isEmpty();
    assertThat(store().stat("empty")).map(ObjectInfo::size).hasValue(0L);
  }

  @Test
  default void whatWasNeverWrittenIsNotThere() {
    write("there/too", "x");

    for (String path : List.of("nothing", "there", "there/too/deep", "the")) {
      assertThat(store().stat(path)).as(path).isEmpty();
      assertThatExceptionOfType(NoSuchObjectException.class)
          .isThrownBy(() -> store().read(path))
          .withMessage("there is no object " + path);
      store().delete(path);
    }
    assertThat(paths("", "")).containsExactly("there/too");
  }

  @Test
  default void aWriteReplacesTheWholeObject() throws Exception {
    write("a", "a long body");
    write("a", "short");

    assertThat(text("a")).isEqualTo("short");
  }

  @Test
  default void whoeverReadsGoesOnWithWhatWasOpened() throws Exception {
    byte[] before = random(1, 300_000);
    store().write("a", stream(before), before.length, Durability.BUFFERED);
    try (InputStream reading = store().read("a")) {
      byte[] beginning = reading.readNBytes(1000);
      write("a", "after");
      byte[] rest = reading.readAllBytes();

      assertThat(beginning).isEqualTo(Arrays.copyOf(before, 1000));
      assertThat(rest).isEqualTo(Arrays.copyOfRange(before, 1000, before.length));
    }
    assertThat(text("a")).isEqualTo("after");
  }

  @Test
  default void aBodyIsTheSameByteByByteAndWhereSomeOfItIsSkipped() throws Exception {
    byte[] body = random(4, 200_000);
    store().write("a", stream(body), body.length, Durability.BUFFERED);

    try (InputStream in = store().read("a", 1_000, 150_000)) {
      assertThat(in.read()).isEqualTo(body[1_000] & 0xff);
      in.skipNBytes(99_999);
      assertThat(in.read()).isEqualTo(body[101_000] & 0xff);
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(body, 101_001, 151_000));
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {ObjectStore.UNKNOWN, 3_000_000})
  default void aLargeBodyIsReadInAnyPiece(long size) throws Exception {
    byte[] body = random(2, 3_000_000);
    store().write("large", stream(body), size, Durability.PERSISTED);

    var random = new Random(3);
    for (int i = 0; i < 20; i++) {
      int offset = random.nextInt(body.length + 10);
      int length = random.nextInt(400_000);
      byte[] piece;
      try (InputStream in = store().read("large", offset, length)) {
        piece = in.readAllBytes();
      }
      int from = Math.min(offset, body.length);
      assertThat(piece)
          .isEqualTo(Arrays.copyOfRange(body, from, Math.min(from + length, body.length)));
    }
    try (InputStream whole = store().read("large")) {
      assertThat(whole.readAllBytes()).isEqualTo(body);
    }
  }

  @Test
  default void behindTheEndThereIsNothing() throws Exception {
    write("a", "0123456789");

    assertThat(piece("a", 8, 100)).isEqualTo("89");
    assertThat(piece("a", 10, 1)).isEmpty();
    assertThat(piece("a", 11, 1)).isEmpty();
    assertThat(piece("a", 3, 0)).isEmpty();
    assertThat(piece("a", 3, Long.MAX_VALUE)).isEqualTo("3456789");
    assertThatIllegalArgumentException().isThrownBy(() -> store().read("a", -1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> store().read("a", 0, -1));
  }

  @Test
  default void aBodyOfAnotherSizeThanAnnouncedIsNotWritten() throws Exception {
    write("a", "old");

    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> store().write("a", stream(bytes("four")), 5, Durability.PERSISTED))
        .withMessage("the body of a has less, 4, than the 5 bytes that were announced");
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> store().write("a", stream(bytes("four")), 3, Durability.PERSISTED))
        .withMessage("the body of a has more than the 3 bytes that were announced");
    assertThatExceptionOfType(ObjectStoreException.class)
        .isThrownBy(() -> store().writeIfAbsent("b", stream(bytes("x")), 2, Durability.BUFFERED));
    assertThat(text("a")).isEqualTo("old");
    assertThat(paths("", "")).containsExactly("a");
  }

  @Test
  default void aBodyThatCannotBeReadIsNotWritten() throws Exception {
    write("a", "old");
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the disk is gone");
          }

          @Override
          public int read(byte[] to, int offset, int length) throws IOException {
            return read();
          }
        };
    var half = new SequenceInputStream(stream(random(4, 200_000)), broken);

    assertThatThrownBy(() -> store().write("a", half, ObjectStore.UNKNOWN, Durability.PERSISTED))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the disk is gone");
    assertThat(text("a")).isEqualTo("old");
    assertThat(paths("", "")).containsExactly("a");
  }

  @Test
  default void whatIsThereIsNotReplacedByAWriteIfAbsent() throws Exception {
    assertThat(writeIfAbsent("a/b", "one")).isTrue();
    assertThat(writeIfAbsent("a/b", "two")).isFalse();

    assertThat(text("a/b")).isEqualTo("one");
    store().delete("a/b");
    assertThat(writeIfAbsent("a/b", "three")).isTrue();
    assertThat(text("a/b")).isEqualTo("three");
  }

  @Test
  default void ofManyWritesIfAbsentOneWins() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 5; round++) {
        String path = "race/" + round + "/object";
        List<Future<Boolean>> all =
            IntStream.range(0, 16)
                .mapToObj(i -> threads.submit(() -> writeIfAbsent(path, "writer " + i)))
                .toList();
        int winner = -1;
        for (int i = 0; i < all.size(); i++) {
          if (all.get(i).get()) {
            assertThat(winner).as("another winner than %d", i).isEqualTo(-1);
            winner = i;
          }
        }
        assertThat(text(path)).isEqualTo("writer " + winner);
      }
    }
  }

  @Test
  default void objectsAreListedInTheOrderOfTheirPaths() {
    List<String> all =
        List.of("a", "a+b/c", "a-b", "a.b/c", "a.b/d/e", "aB/c", "b/a", "b/a-c", "b0", "b=/x", "z");
    all.reversed().forEach(path -> write(path, path));

    assertThat(paths("", "")).isEqualTo(all.stream().sorted().toList());
    assertThat(paths("a", "")).containsExactly("a", "a+b/c", "a-b", "a.b/c", "a.b/d/e", "aB/c");
    assertThat(paths("a.b/", "")).containsExactly("a.b/c", "a.b/d/e");
    assertThat(paths("a.b/d", "")).containsExactly("a.b/d/e");
    assertThat(paths("b/a-c", "")).containsExactly("b/a-c");
    assertThat(paths("c", "")).isEmpty();
    for (String after :
        List.of("", "a", "a-b", "a.b/c", "a.b/c/x", "b", "b/", "b/a", "y", "z", "~")) {
      assertThat(paths("", after))
          .as("after %s", after)
          .isEqualTo(all.stream().filter(path -> path.compareTo(after) > 0).sorted().toList());
      assertThat(paths("b", after))
          .isEqualTo(
              all.stream()
                  .filter(path -> path.startsWith("b") && path.compareTo(after) > 0)
                  .sorted()
                  .toList());
    }
  }

  @Test
  default void whatStaysIsListedOnceWhileOthersComeAndGo() {
    List<String> staying = IntStream.range(0, 60).mapToObj("s%03d/stays"::formatted).toList();
    staying.forEach(path -> write(path, "x"));
    IntStream.range(0, 60).forEach(i -> write("s%03d/goes".formatted(i), "x"));

    List<String> seen = new java.util.ArrayList<>();
    try (var listing = store().list("", "")) {
      Iterator<ObjectInfo> walk = listing.iterator();
      for (int i = 0; walk.hasNext(); i++) {
        seen.add(walk.next().path());
        if (i < 60) {
          store().delete("s%03d/goes".formatted(59 - i));
          write("s%03d/comes".formatted(i), "x");
          write("s%03d/stays".formatted(59 - i), "again");
        }
      }
    }
    assertThat(seen).doesNotHaveDuplicates().containsAll(staying).isSorted();
  }

  @Test
  default void aDeletedObjectIsGoneAndItsPathFreeForMore() throws Exception {
    write("a/b/c", "x");
    write("a/d", "y");
    store().delete("a/b/c");

    assertThat(store().stat("a/b/c")).isEmpty();
    assertThat(paths("", "")).containsExactly("a/d");
    store().delete("a/b/c");
    write("a/b", "now an object");
    assertThat(text("a/b")).isEqualTo("now an object");
  }

  @Test
  default void foldersThatEmptyWhileOthersFillThemLoseNothing() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> all =
          IntStream.range(0, 4)
              .mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            for (int n = 0; n < 200; n++) {
                              write("x/y/%d".formatted(i), "x");
                              store().delete("x/y/%d".formatted(i));
                            }
                            write("x/y/%d".formatted(i), "last");
                          }))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(paths("", "")).containsExactly("x/y/0", "x/y/1", "x/y/2", "x/y/3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", ".", "a/./b", ".hidden",
        "a/.tmp", "a b", "a\\b", "a\0b", "a\nb", "ä", "a:b", "a%2f", "a*"
      })
  default void aPathThatLeadsElsewhereIsRefused(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> write(path, "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> writeIfAbsent(path, "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> store().read(path));
    assertThatIllegalArgumentException().isThrownBy(() -> store().stat(path));
    assertThatIllegalArgumentException().isThrownBy(() -> store().delete(path));
  }

  @Test
  default void theLongestPathsAreWrittenAndLongerOnesRefused() throws Exception {
    String segment = "s".repeat(ObjectPath.LONGEST_SEGMENT);
    String longest = String.join("/", segment, segment, segment, segment, segment, "t".repeat(95));
    assertThat(longest).hasSize(ObjectPath.LONGEST);
    write(longest, "x");

    assertThat(text(longest)).isEqualTo("x");
    assertThat(paths("", "")).containsExactly(longest);
    assertThatIllegalArgumentException().isThrownBy(() -> write(longest + "t", "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> write(segment + "s", "x"));
  }

  private void write(String path, String body) {
    byte[] bytes = bytes(body);
    store().write(path, stream(bytes), bytes.length, Durability.BUFFERED);
  }

  private boolean writeIfAbsent(String path, String body) {
    byte[] bytes = bytes(body);
    return store().writeIfAbsent(path, stream(bytes), bytes.length, Durability.BUFFERED);
  }

  private String text(String path) throws IOException {
    try (InputStream in = store().read(path)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private String piece(String path, long offset, long length) throws IOException {
    try (InputStream in = store().read(path, offset, length)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<String> paths(String prefix, String after) {
    try (var listing = store().list(prefix, after)) {
      return listing.map(ObjectInfo::path).toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
