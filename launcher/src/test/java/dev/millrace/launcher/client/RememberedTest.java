package dev.millrace.launcher.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.http.Seen;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that tells positions, and commands that tell them back. */
final class RememberedTest {
  @TempDir Path folder;
  private final FakeServer server = new FakeServer();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private String position = "c0:1,r3:5";
  private Home home = new Home(Path.of("/"));

  @BeforeEach
  void signedIn() throws IOException {
    home = new Home(folder);
    server.on("GET", "/runs", request -> answered(request, Reply.ok(Map.of("runs", List.of()))));
    new SignedIn(server.start(), FakeServer.TOKEN, null).write(home.clientFile());
  }

  private Reply answered(Request request, Reply reply) {
    told.add(request.header(Seen.HEADER).orElse(""));
    request.saw(Seen.parse(position));
    return reply;
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void list() {
    assertThat(home.millrace("run", "list").exit()).isEqualTo(Exit.OK);
  }

  @Test
  void whatOneCommandHasSeenTheNextOneSays() throws IOException {
    list();
    position = "r4:9";
    list();
    list();

    assertThat(told).containsExactly("", "c0:1,r3:5", "c0:1,r3:5,r4:9");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.positionFile())))
        .isEqualTo("rw-------");
    assertThat(Files.readString(home.positionFile())).doesNotContain(FakeServer.TOKEN);
  }

  @Test
  void soItIsIfACommandIsRefused() {
    server.on(
        "GET",
        "/projects",
        request -> {
          request.saw(Seen.parse("r9:1"));
          throw ProblemException.conflict("wrong-state", "it is not possible now");
        });
    assertThat(home.millrace("project", "list").exit()).isEqualTo(Exit.REJECTED);
    list();

    assertThat(told).containsExactly("r9:1");
  }

  @Test
  void theFileIsWrittenOnlyIfThereIsNews() throws IOException {
    list();
    var then = FileTime.fromMillis(1000);
    Files.setLastModifiedTime(home.positionFile(), then);
    list();

    assertThat(Files.getLastModifiedTime(home.positionFile())).isEqualTo(then);
  }

  @Test
  void commandsAtTheSameTimeKeepWhatTheOtherHasSeen() {
    var one = new Remembered(home.positionFile(), FakeServer.TOKEN);
    var other = new Remembered(home.positionFile(), FakeServer.TOKEN);
    one.saw(Seen.parse("r1:10,r2:5"));
    other.saw(Seen.parse("r1:8,r3:7"));
    one.save();
    other.save();
    list();

    assertThat(told).containsExactly("r1:10,r2:5,r3:7");
  }

  @Test
  void anotherInstallationIsNotToldOfThisOne() {
    list();

    assertThat(new Remembered(home.positionFile(), "mrt_other").seen()).isEqualTo(Seen.NOTHING);
    assertThat(new Remembered(home.positionFile(), FakeServer.TOKEN).seen())
        .hasToString("c0:1,r3:5");
  }

  @Test
  void onlyTheLatestTokensAreKept() throws IOException {
    for (int i : IntStream.range(0, 30).toArray()) {
      var remembered = new Remembered(home.positionFile(), "token" + i);
      remembered.saw(Seen.parse("r1:" + i));
      remembered.save();
    }

    assertThat(Files.readAllLines(home.positionFile())).hasSize(16);
    assertThat(new Remembered(home.positionFile(), "token29").seen()).hasToString("r1:29");
  }

  @Test
  void aDamagedFileIsAsNone() throws IOException {
    Files.write(home.positionFile(), new byte[] {1, (byte) 0xff, '\n', 2});
    list();
    Files.writeString(home.positionFile(), "0123 what is this?\n");
    list();
    list();

    assertThat(told).containsExactly("", "", "c0:1,r3:5");
  }

  @Test
  void aFileThatCannotBeWrittenIsNoMisfortune() throws IOException {
    Files.createDirectories(home.positionFile().resolve("in the way"));
    list();
    list();

    assertThat(told).containsExactly("", "");
  }
}
