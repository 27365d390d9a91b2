package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import dev.millrace.http.Problem;
import dev.millrace.http.ProblemException;
import dev.millrace.http.UnreachableException;
import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import dev.millrace.launcher.server.Connection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What every subcommand of the client has: where to, in which form, and what errors end in. */
abstract class ClientCommand implements Callable<Integer> {
  static final JsonMapper JSON = JsonMapper.builder().build();

  /** How results are printed. */
  enum Output {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "How results are printed: ${COMPLETION-CANDIDATES}; text if not given.")
  Output output = Output.text;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "Another server than the one that this client is signed in to; also MILLRACE_SERVER, and"
              + " MILLRACE_TOKEN for the token.")
  @Nullable URI server;

  final Environment environment;
  final Screen screen;

  ClientCommand(Environment environment) {
    this.environment = environment;
    this.screen = environment.screen();
  }

  /** Does it; returns one of {@link Exit}. */
  abstract int run() throws IOException, InterruptedException;

  @Override
  public final Integer call() throws InterruptedException {
    try {
      return run();
    } catch (ProblemException e) {
      return failed(e.problem());
    } catch (UnreachableException e) {
      return failed(
          Exit.UNREACHABLE,
          "unreachable",
          e.getMessage() + " (is the server running? " + environment.command() + " up starts one)");
    } catch (Refused e) {
      return failed(e.exit(), "refused", String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(Exit.REJECTED, "io", Errors.sentence(e));
    }
  }

  boolean json() {
    return output == Output.json;
  }

  void printJson(Object value) {
    screen.out().println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
  }

  private int failed(Problem problem) {
    if (problem.status() == 401) {
      return failed(
          Exit.REJECTED,
          problem.code(),
          problem.message() + " (sign in: " + environment.command() + " login URL)");
    }
    return failed(Errors.exit(problem), problem.code(), problem.message());
  }

  private int failed(int exit, String code, String message) {
    if (json()) {
      screen
          .err()
          .println(
              JSON.writeValueAsString(
                  JSON.createObjectNode().put("code", code).put("message", message)));
    } else {
      screen.err().println("millrace: " + message);
    }
    return exit;
  }

  /** The server to talk to, signed in. */
  Api api() throws IOException {
    URI at = uri();
    String token = environment.variables().get("MILLRACE_TOKEN");
    SignedIn signedIn = signedIn();
    if (token == null && signedIn != null && (server == null || at.equals(here(signedIn)))) {
      token = signedIn.token();
    }
    if (token == null) {
      throw new Refused(
          Exit.REJECTED,
          "not signed in to %s; sign in: %s login %s".formatted(at, environment.command(), at));
    }
    return new Api(
        new HttpCaller(at.resolve("/api/v1"), token),
        new Remembered(environment.folders().positionFile(), token));
  }

  /** The server to talk to. */
  URI uri() throws IOException {
    String variable = environment.variables().get("MILLRACE_SERVER");
    if (server != null) {
      return server;
    } else if (variable != null) {
      return URI.create(variable);
    }
    SignedIn signedIn = signedIn();
    if (signedIn != null) {
      return here(signedIn);
    }
    throw new Refused(
        Exit.REJECTED,
        "not signed in anywhere; start a server of your own with %1$s up, or sign in to one with"
                .formatted(environment.command())
            + " %s login URL".formatted(environment.command()));
  }

  @Nullable SignedIn signedIn() throws IOException {
    return SignedIn.read(environment.folders().clientFile());
  }

  /** A server of this machine says itself where it is now. */
  private static URI here(SignedIn signedIn) {
    Path dataDir = signedIn.dataDir();
    Optional<Connection> running = dataDir == null ? Optional.empty() : Connection.of(dataDir);
    return running.map(Connection::url).orElse(signedIn.server());
  }
}
