package dev.millrace.launcher.client;

import dev.millrace.http.HttpCaller;
import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import dev.millrace.launcher.Refused;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
    name = "login",
    description = "Sign this client in to a server.",
    footer = {
      "",
      "The token is read from standard input, so that it stays out of the shell's history:",
      "  millrace login http://ci.example.org:7420 < token.txt",
      "It is kept in the file client.json of the configuration folder, for you alone."
    })
final class LoginCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "URL", description = "The server, as http://host:7420")
  URI url = URI.create("");

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The token; better given on standard input.")
  @Nullable String token;

  LoginCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException {
    if (!url.isAbsolute() || url.getHost() == null) {
      throw new Refused(Exit.USAGE, "\"%s\" is not the URL of a server".formatted(url));
    }
    String given = token != null ? token : read();
    if (given.isEmpty()) {
      throw new Refused(Exit.USAGE, "there is no token on standard input");
    }
    JsonNode user;
    try (Api api =
        new Api(
            new HttpCaller(url.resolve("/api/v1"), given),
            new Remembered(environment.folders().positionFile(), given))) {
      user = api.get("/user");
    }
    new SignedIn(url, given, null).write(environment.folders().clientFile());
    if (json()) {
      printJson(user);
    } else {
      screen.out().printf("signed in to %s as %s%n", url, user.path("name").asString());
    }
    return Exit.OK;
  }

  private String read() throws IOException {
    screen.err().println("token (then Enter):");
    StringBuilder line = new StringBuilder();
    for (int c = environment.in().read(); c >= 0 && c != '\n'; c = environment.in().read()) {
      line.append((char) c);
    }
    return new String(
        line.toString().strip().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
