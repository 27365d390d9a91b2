package dev.millrace.datamanager.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.bus.BusException;
import dev.millrace.events.RunId;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.LogChunk;
import dev.millrace.events.run.RunEvent;
import dev.millrace.storage.archive.LostFileException;
import dev.millrace.storage.objects.DyingStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogArchiverTest {
  private static final AttemptRef ATTEMPT =
      new AttemptRef(RunId.parse("project/p1/7"), "unit tests", 1);
  private static final StepKey STEP = new StepKey(ATTEMPT, "1-x", 0);
  private final LogTopic topic;

  LogArchiverTest(@TempDir Path scratch) {
    topic = new LogTopic(scratch);
  }

  @AfterEach
  void close() {
    topic.close();
  }

  @Test
  void nothingIsArchivedBeforeTheFirstHasWaited() {
    topic.append(chunk(0, "one\n"));
    var archiver = topic.archiver();
    topic.later(Duration.ofSeconds(10));
    assertThat(archiver.read(Duration.ZERO)).isTrue();
    assertThat(archiver.read(Duration.ZERO)).isFalse();

    assertThat(archiver.idleFor()).isEqualTo(LogTopic.AGE.toNanos());
    topic.later(LogTopic.AGE);
    assertThat(archiver.idleFor()).isZero();
    archiver.archive();

    assertThat(archiver.idleFor()).isEqualTo(Long.MAX_VALUE);
    assertThat(text(STEP)).isEqualTo("one\n");
    assertThat(topic.archive().position(topic.partition(ATTEMPT))).isEqualTo(1);
  }

  @Test
  void soManyBytesAreArchivedAtOnceAndNoMoreIsReadBefore() {
    var archiver = topic.archiver();
    byte[] half = new byte[(int) LogTopic.BYTES / 2];
    for (int i = 0; i < 5; i++) {
      topic.append(new LogChunk(ATTEMPT, "1-x", 0, (long) i * half.length, false, half));
    }
    while (!archiver.isFull()) {
      archiver.read(Duration.ZERO);
    }

    assertThat(archiver.read(Duration.ZERO)).isTrue();
    assertThat(archiver.waiting()).isLessThan(3L * half.length);
    assertThat(archiver.idleFor()).isZero();
    topic.archiveAll(archiver);
    assertThat(topic.archive().lastReadable(STEP).orElseThrow().end()).isEqualTo(5L * half.length);
  }

  @Test
  void whatComesAgainIsArchivedOnceAlsoByTheNextLife() {
    topic.append(chunk(0, "one\n"));
    topic.append(chunk(0, "one\n"));
    topic.archiveAll(topic.archiver());
    topic.append(chunk(2, "e\ntwo\n"));
    topic.append(chunk(0, "on"));
    topic.archiveAll(topic.archiver());

    assertThat(text(STEP)).isEqualTo("one\ntwo\n");
    assertThat(pieces(STEP)).hasSize(2);
    assertThat(pieces(STEP).getLast().linesBefore()).isEqualTo(1);
  }

  @Test
  void aGapStaysAGap() {
    topic.append(chunk(0, "one\n"));
    topic.append(chunk(8, "three\n"));
    topic.append(chunk(4, "two\nthree\n"));
    topic.archiveAll(topic.archiver());

    assertThat(text(STEP)).isEqualTo("one\n");
    assertThat(topic.archive().lastReadable(STEP).orElseThrow().position()).isEqualTo(8);
  }

  @Test
  void logsThatAreDeletedAreGoneWithWhatWasNotArchivedYetAndOthersStay() {
    var other = new AttemptRef(ATTEMPT.run(), "unit tests 2", 1);
    var neighbour = new AttemptRef(RunId.parse("project/p1/70"), "unit tests", 1);
    topic.append(chunk(0, "one\n"));
    topic.archiveAll(topic.archiver());
    topic.append(chunk(4, "two\n"));
    topic.append(new LogChunk(other, "1-x", 0, 0, false, "other".getBytes(UTF_8)));
    topic.append(new LogChunk(neighbour, "1-x", 0, 0, false, "next".getBytes(UTF_8)));

    topic.archiver().delete(List.of(new RunEvent.LogsDeleted(ATTEMPT.run(), "unit tests")));

    assertThat(topic.archive().isDeleted(ATTEMPT.run(), "unit tests")).isTrue();
    assertThat(pieces(STEP)).isEmpty();
    assertThat(topic.archive().lastReadable(STEP)).isEmpty();
    assertThat(text(new StepKey(other, "1-x", 0))).isEqualTo("other");
    assertThat(text(new StepKey(neighbour, "1-x", 0))).isEqualTo("next");
    assertThat(topic.archive().isDeleted(other.run(), other.task())).isFalse();

    topic.archiver().delete(List.of(new RunEvent.LogsDeleted(ATTEMPT.run(), null)));
    assertThat(topic.archive().isDeleted(other.run(), other.task())).isTrue();
    assertThat(pieces(new StepKey(other, "1-x", 0))).isEmpty();

    topic.archiver().delete(List.of(new RunEvent.RunDeleted(ATTEMPT.run())));
    assertThat(text(new StepKey(neighbour, "1-x", 0))).isEqualTo("next");
  }

  @Test
  void aDeathWhileLogsAreDeletedIsMadeUpForByTheNextLife() {
    for (int changes = 0; changes < 4; changes++) {
      topic.append(chunk(4L * changes, "one\n"));
      topic.archiveAll(topic.archiver());
      var dying = topic.dying();
      dying.dieAfter(changes / 2, changes % 2 == 0);
      List<RunEvent.OfEnded> deletions =
          List.of(
              new RunEvent.LogsDeleted(ATTEMPT.run(), null),
              new RunEvent.LogsDeleted(ATTEMPT.run(), null));
      try {
        topic.archiver(dying).delete(deletions);
      } catch (DyingStore.Died _) {
        // told again below
      }
      topic.archiver().delete(deletions);

      assertThat(pieces(STEP)).isEmpty();
      assertThat(topic.archive().isDeleted(ATTEMPT.run(), "any")).isTrue();
    }
  }

  @Test
  void everyIncarnationAndStepIsKeptApart() {
    topic.append(chunk(0, "mine"));
    topic.append(new LogChunk(ATTEMPT, "2-y", 0, 0, false, "other".getBytes(UTF_8)));
    topic.append(new LogChunk(ATTEMPT, "1-x", 1, 0, false, "next".getBytes(UTF_8)));
    topic.archiveAll(topic.archiver());

    assertThat(text(STEP)).isEqualTo("mine");
    assertThat(text(new StepKey(ATTEMPT, "2-y", 0))).isEqualTo("other");
    assertThat(text(new StepKey(ATTEMPT, "1-x", 1))).isEqualTo("next");
  }

  @Test
  void whatNoExecutorWritesIsPassedOver() {
    topic.append("not a chunk".getBytes(UTF_8));
    topic.append(new LogChunk(ATTEMPT, "1-x", -1, 0, false, new byte[1]));
    topic.append(new LogChunk(ATTEMPT, "1-x", 0, -5, false, new byte[1]));
    topic.append(new LogChunk(ATTEMPT, "1-x", 0, Long.MAX_VALUE, false, new byte[1]));
    topic.append(new LogChunk(ATTEMPT, "x".repeat(2_000), 0, 0, false, new byte[1]));
    topic.append(new LogChunk(ATTEMPT, "1-x", 0, 0, true, new byte[0]));
    topic.append(chunk(0, "one"));
    topic.archiveAll(topic.archiver());

    assertThat(text(STEP)).isEqualTo("one");
    assertThat(topic.archive().position(topic.partition(ATTEMPT))).isEqualTo(7);
  }

  @Test
  void aNameWithSlashesIsNotTakenForAnotherKey() {
    var odd = new AttemptRef(ATTEMPT.run(), "a/%2F/b", 1);
    var key = new StepKey(odd, "1/x", 0);
    topic.append(new LogChunk(odd, "1/x", 0, 0, false, "odd".getBytes(UTF_8)));
    topic.archiveAll(topic.archiver());

    assertThat(text(key)).isEqualTo("odd");
    assertThat(LogKeys.piece(key, 0).id().split("/")).hasSize(8);
    assertThat(LogKeys.readable(LogKeys.piece(key, 0).id())).isEqualTo("project/p1/7 a/%2F/b");
  }

  @Test
  void whatCameWhenIsKnownOfEveryByte() {
    Instant first = topic.now();
    topic.append(chunk(0, "one"));
    topic.later(Duration.ofSeconds(1));
    topic.append(chunk(3, "two"));
    topic.append(chunk(6, "three"));
    topic.archiveAll(topic.archiver());
    LogPiece piece = pieces(STEP).getFirst();

    assertThat(piece.lengthUntil(first.minusMillis(1))).isZero();
    assertThat(piece.lengthUntil(first)).isEqualTo(3);
    assertThat(piece.lengthUntil(first.plusMillis(999))).isEqualTo(3);
    assertThat(piece.lengthUntil(first.plusSeconds(1))).isEqualTo(11);
  }

  @Test
  void theLastPieceOfWhichSomethingHoldsIsFoundWithoutReadingAll() {
    var archiver = topic.archiver();
    int pieces = 300;
    byte[] line = new byte[LogPiece.LARGEST];
    line[99] = '\n';
    for (int i = 0; i < pieces; i++) {
      topic.append(new LogChunk(ATTEMPT, "1-x", 0, (long) i * line.length, false, line));
    }
    topic.archiveAll(archiver);
    LogArchive archive = topic.archive();
    topic.reads.set(0);

    for (int lines = 0; lines < pieces; lines += 37) {
      long most = lines;
      LogPiece found = archive.last(STEP, piece -> piece.linesBefore() <= most).orElseThrow();
      assertThat(found.linesBefore()).isEqualTo(lines);
      assertThat(found.position()).isEqualTo((long) lines * line.length);
    }
    assertThat(topic.reads.get()).isLessThan(9 * (10 + 15)); // looks, and files
    assertThat(archive.last(STEP, _ -> false)).isEmpty();
  }

  @Test
  void ifTheStoreIsAwayTheSameRecordsAreTakenLater() {
    topic.append(chunk(0, "one\n"));
    topic.archiveAll(topic.archiver());
    topic.append(chunk(4, "two\n"));
    topic.append(chunk(8, "three\n"));
    var archiver = topic.archiver();
    topic.away = true;
    assertThatThrownBy(() -> archiver.read(Duration.ZERO)).isInstanceOf(ObjectStoreException.class);
    topic.away = false;
    topic.awayForPieces = true;
    assertThatThrownBy(() -> archiver.read(Duration.ZERO)).isInstanceOf(ObjectStoreException.class);
    topic.awayForPieces = false;

    topic.archiveAll(archiver);

    assertThat(text(STEP)).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void aFileThatIsLostCostsOnlyWhatWasInIt() {
    var other = new StepKey(ATTEMPT, "1-x", 1);
    topic.append(new LogChunk(ATTEMPT, "1-x", 1, 0, false, "other".getBytes(UTF_8)));
    topic.archiveAll(topic.archiver());
    topic.append(chunk(0, "one\n"));
    topic.archiveAll(topic.archiver());
    topic.append(chunk(4, "two\n"));
    topic.archiveAll(topic.archiver());
    topic.lose(1);

    assertThatThrownBy(() -> topic.archive().from(STEP, 0).hasNext())
        .isInstanceOf(LostFileException.class);
    assertThat(topic.archive().from(STEP, 5).next().position()).isEqualTo(4);
    assertThat(topic.archive().from(other, 0).next().bytes()).hasSize(5);
    assertThat(topic.archive().from(other, 2).next().bytes()).hasSize(5);

    topic.append(chunk(8, "three\n"));
    topic.append(new LogChunk(ATTEMPT, "1-x", 2, 0, false, "more".getBytes(UTF_8)));
    topic.archiveAll(topic.archiver());
    assertThat(topic.archive().from(STEP, 8).next().end()).isEqualTo(14);
    assertThat(topic.archive().from(new StepKey(ATTEMPT, "1-x", 2), 0).hasNext()).isTrue();
  }

  @Test
  void aTopicThatWasMadeAnewIsNotTakenForTheOneThatWasArchived() {
    for (int i = 0; i < 3; i++) {
      topic.append(chunk(i, "x"));
    }
    topic.archiveAll(topic.archiver());
    var other = topic.emptied();

    assertThatThrownBy(() -> other.read(Duration.ZERO))
        .isInstanceOf(BusException.class)
        .hasMessageContaining("ends at 0 and is archived up to 3");
  }

  private static LogChunk chunk(long position, String text) {
    return new LogChunk(ATTEMPT, "1-x", 0, position, false, text.getBytes(UTF_8));
  }

  private List<LogPiece> pieces(StepKey step) {
    List<LogPiece> pieces = new ArrayList<>();
    topic.archive().from(step, 0).forEachRemaining(pieces::add);
    return pieces;
  }

  private String text(StepKey step) {
    var text = new StringBuilder();
    pieces(step).forEach(piece -> text.append(new String(piece.bytes(), UTF_8)));
    return text.toString();
  }
}
