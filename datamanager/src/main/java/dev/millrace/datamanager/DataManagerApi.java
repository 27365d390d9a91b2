package dev.millrace.datamanager;

import dev.millrace.bus.BusException;
import dev.millrace.http.Handler;
import dev.millrace.http.HttpApi;
import dev.millrace.http.InternalGuard;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import dev.millrace.storage.StorageException;
import dev.millrace.storage.checkpoints.Kept;
import java.io.UncheckedIOException;
import java.time.Instant;
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

  /**
   * The interface.
   *
   * @param internalToken what callers have to show
   */
  public HttpApi http(String internalToken) {
    return new HttpApi("datamanager")
        .on("GET", "/livez", _ -> Reply.empty())
        .guard(new InternalGuard(internalToken))
        .on("POST", "/internal/v1/checkpoints", orLater(this::checkpoint));
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
      } catch (StorageException | UncheckedIOException | BusException e) {
        throw ProblemException.tryLater(String.valueOf(e.getMessage()));
      }
    };
  }
}
