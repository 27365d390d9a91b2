package dev.millrace.datamanager;

import dev.millrace.bus.BusException;
import dev.millrace.datamanager.recovery.RecoveryException;
import dev.millrace.datamanager.transfer.Export;
import dev.millrace.http.Handler;
import dev.millrace.http.HttpApi;
import dev.millrace.http.InternalGuard;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.checkpoints.Kept;
import dev.millrace.storage.checkpoints.Note;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The internal interface of the datamanager. */
public final class DataManagerApi {
  private final Work work;

  /** What it can be asked to do. Any thread; calls block. */
  public interface Work {
    /**
     * Makes a checkpoint, unless nothing has happened since the last one; returns the one of what
     * is decided now, at least.
     */
    Kept checkpointNow() throws InterruptedException;

    /** Makes a checkpoint and an export of what there is then. The caller closes it. */
    Export exportNow() throws InterruptedException;

    /** What was noted of the ledgers for good: what was lost of them, and where they come from. */
    List<Note> notes();
  }

  public DataManagerApi(Work work) {
    this.work = work;
  }

  /**
   * A checkpoint, as it is told.
   *
   * @param positions the offset after the last record that is in it, by partition of a ledger
   */
  private record Made(Instant at, SortedMap<String, Long> positions) {}

  private record Notes(List<Note> notes) {}

  /**
   * The interface.
   *
   * @param internalToken what callers have to show
   */
  public HttpApi http(String internalToken, MeterRegistry meters) {
    return new HttpApi("datamanager")
        .meters(meters)
        .on("GET", "/livez", _ -> Reply.empty())
        .guard(new InternalGuard(internalToken))
        .on("POST", "/internal/v1/checkpoints", orLater(this::checkpoint))
        .on("GET", "/internal/v1/notes", _ -> Reply.ok(new Notes(work.notes())))
        .on("GET", "/internal/v1/export", orLater(_ -> export()));
  }

  private Reply export() throws InterruptedException {
    Export export = work.exportNow();
    return new Reply.Stream(
        200,
        "application/x-tar",
        Map.of(),
        sink -> {
          try (export) {
            export.writeTo(sink);
          }
        });
  }

  private Reply checkpoint(Request request) throws InterruptedException {
    request.noBody();
    Kept made = work.checkpointNow();
    return Reply.created(new Made(made.at(), made.positions()));
  }

  /** What the stores cannot do now they may be able to do in a moment. */
  private static Handler orLater(Handler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (RecoveryException e) {
        throw new ProblemException(Problem.of(410, "gone", String.valueOf(e.getMessage())));
      } catch (StorageException | UncheckedIOException | BusException e) {
        throw ProblemException.tryLater(String.valueOf(e.getMessage()));
      }
    };
  }
}
