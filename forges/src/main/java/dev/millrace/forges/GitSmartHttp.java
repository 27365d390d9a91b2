package dev.millrace.forges;

import dev.millrace.http.HttpApi;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.Reply;
import dev.millrace.http.Request;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.errors.UnpackException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves hosted repositories to git over smart HTTP, protocols 0 and 2. A push is answered once its
 * changes are recorded. Few packs are made or taken at once, since each takes memory.
 */
public final class GitSmartHttp {

  private static final Logger log = LoggerFactory.getLogger(GitSmartHttp.class);
  private static final String UPLOAD = "git-upload-pack";
  private static final String RECEIVE = "git-receive-pack";
  private static final long MAX_NEGOTIATION = 16 << 20;
  private static final int STALLED_SECONDS = 60;

  private final HostedRepositories repositories;
  private final Access access;
  private final Limits limits;
  private final Semaphore packs;

  /** Decides who may do what. */
  @FunctionalInterface
  public interface Access {
    /**
     * Lets the request pass, or throws {@link ProblemException}; 401 makes git ask for a password.
     *
     * @param path of the repository, without {@code .git}
     */
    Grant check(Request request, String path, boolean write);
  }

  /**
   * A request may pass.
   *
   * @param repository the id of a repository that exists
   */
  public record Grant(String repository, PushRecorder recorder) {}

  /** Is told what a push has changed, before git is answered. */
  @FunctionalInterface
  public interface PushRecorder {
    /**
     * Returns once the changes are recorded for good. If it throws, the push is answered as failed,
     * though the refs stay as they are.
     */
    void record(List<RefUpdate> changes) throws Exception;
  }

  /**
   * What is too much.
   *
   * @param packsAtOnce made or taken at the same time
   * @param patience how long a request waits for its turn
   * @param packBytes the largest pack that is taken
   * @param objectBytes the largest single object that is taken
   */
  public record Limits(int packsAtOnce, Duration patience, long packBytes, long objectBytes) {
    public static final Limits DEFAULT =
        new Limits(4, Duration.ofSeconds(30), 1L << 30, 256L << 20);
  }

  public GitSmartHttp(HostedRepositories repositories, Access access, Limits limits) {
    this.repositories = repositories;
    this.access = access;
    this.limits = limits;
    this.packs = new Semaphore(limits.packsAtOnce(), true);
  }

  /** Adds the routes for repositories below this prefix, as {@code /git}. */
  public void mount(HttpApi api, String prefix) {
    api.on("GET", prefix + "/*path", r -> forGit(r, this::advertise));
    api.streamed("POST", prefix + "/*path", r -> forGit(r, this::serve));
  }

  private interface Served {
    Reply reply(Request request) throws Exception;
  }

  /** Git shows its user only what is plain text, and asks for a password only if told of Basic. */
  private static Reply forGit(Request request, Served served) throws Exception {
    try {
      return served.reply(request);
    } catch (ProblemException e) {
      Problem problem = e.problem();
      if (problem.status() == 401) {
        return new Reply.Failed(
            problem, Map.of("WWW-Authenticate", "Basic realm=\"millrace\", charset=\"UTF-8\""));
      } else if (request.header("User-Agent").orElse("").startsWith("git/")) {
        return new Reply.Text(
            problem.status(),
            "text/plain; charset=utf-8",
            (problem.message() + "\n").getBytes(StandardCharsets.UTF_8));
      }
      throw e;
    }
  }

  private Reply advertise(Request request) throws IOException {
    String path = pathBefore(request, "/info/refs");
    String service = request.query("service").orElse("");
    if (!service.equals(UPLOAD) && !service.equals(RECEIVE)) {
      throw ProblemException.forbidden("only git's smart HTTP protocol is spoken here");
    }
    Grant grant = access.check(request, path, service.equals(RECEIVE));
    return result(
        "application/x-" + service + "-advertisement",
        (_, out) -> {
          var lines = new PacketLineOut(out);
          var advertiser = new PacketLineOutRefAdvertiser(lines);
          try (var repository = repositories.open(grant.repository())) {
            if (service.equals(UPLOAD)) {
              try (var upload = upload(repository, request)) {
                upload.sendAdvertisedRefs(advertiser, UPLOAD);
              }
            } else {
              lines.writeString("# service=" + RECEIVE + "\n");
              lines.end();
              receive(repository, grant).sendAdvertisedRefs(advertiser);
            }
          }
        },
        InputStream.nullInputStream());
  }

  private Reply serve(Request request) throws Exception {
    boolean push = request.path().endsWith("/" + RECEIVE);
    String path = pathBefore(request, "/" + (push ? RECEIVE : UPLOAD));
    Grant grant = access.check(request, path, push);
    String type = "application/x-" + (push ? RECEIVE : UPLOAD) + "-request";
    if (request.header("Content-Type").filter(type::equals).isEmpty()) {
      throw new ProblemException(
          Problem.of(415, "invalid", "only %s is taken here".formatted(type)));
    }
    if (!packs.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
      throw ProblemException.tryLater("too many clones and pushes at once, try again in a moment");
    }
    boolean handedOn = false;
    try {
      InputStream body = body(request, push);
      var reply =
          result(
              "application/x-" + (push ? RECEIVE : UPLOAD) + "-result",
              (in, out) -> {
                try (var repository = repositories.open(grant.repository())) {
                  if (push) {
                    take(receive(repository, grant), in, out);
                  } else {
                    try (var upload = upload(repository, request)) {
                      upload.upload(in, out, null);
                    }
                  }
                } catch (IOException e) {
                  throw GitErrors.told(e);
                } finally {
                  packs.release();
                }
              },
              body);
      handedOn = true;
      return reply;
    } finally {
      if (!handedOn) {
        packs.release();
      }
    }
  }

  private interface Exchange {
    void run(InputStream in, OutputStream out) throws IOException;
  }

  private static Reply result(String type, Exchange exchange, InputStream in) {
    return new Reply.Stream(
        200,
        type,
        Map.of("Cache-Control", "no-cache, max-age=0, must-revalidate"),
        sink -> {
          var out = new BufferedOutputStream(sink, 32 * 1024);
          exchange.run(in, out);
          out.flush();
        });
  }

  private static UploadPack upload(Repository repository, Request request) {
    var upload = new UploadPack(repository);
    upload.setBiDirectionalPipe(false);
    upload.setTimeout(STALLED_SECONDS);
    // A run's commit can be fetched after its branch has moved on.
    upload.setRequestPolicy(UploadPack.RequestPolicy.ANY);
    var packing = new PackConfig(repository);
    packing.setThreads(1);
    upload.setPackConfig(packing);
    request.header("Git-Protocol").ifPresent(v -> upload.setExtraParameters(List.of(v.split(":"))));
    return upload;
  }

  private ReceivePack receive(Repository repository, Grant grant) {
    var receive =
        new RecordingReceivePack(repositories, grant.repository(), repository, grant.recorder());
    receive.setBiDirectionalPipe(false);
    receive.setTimeout(STALLED_SECONDS);
    receive.setMaxPackSizeLimit(limits.packBytes());
    receive.setMaxObjectSizeLimit(limits.objectBytes());
    return receive;
  }

  private static void take(ReceivePack receive, InputStream in, OutputStream out)
      throws IOException {
    try {
      receive.receive(in, out, null);
    } catch (UnpackException e) {
      // Git has been told in the report.
      log.info("a push was refused: {}", String.valueOf(e.getCause()));
    }
  }

  private static InputStream body(Request request, boolean push) throws IOException {
    boolean zipped =
        request
            .header("Content-Encoding")
            .filter(e -> e.equals("gzip") || e.equals("x-gzip"))
            .isPresent();
    InputStream body = zipped ? unzipped(request.stream()) : request.stream();
    return push ? new Lookahead(body) : new Bounded(body, MAX_NEGOTIATION);
  }

  private static InputStream unzipped(InputStream body) throws IOException {
    try {
      return new GZIPInputStream(body);
    } catch (IOException e) {
      throw GitErrors.told(e);
    }
  }

  private static String pathBefore(Request request, String ending) {
    String path = request.param("path");
    if (!path.endsWith(ending)) {
      throw ProblemException.notFound("there is nothing at " + request.path());
    }
    String repository = path.substring(0, path.length() - ending.length());
    return repository.endsWith(".git")
        ? repository.substring(0, repository.length() - ".git".length())
        : repository;
  }
}
