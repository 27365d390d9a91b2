package dev.millrace.launcher.client;

import dev.millrace.launcher.Environment;
import dev.millrace.launcher.Exit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "git-credential",
    description = "Tell git the token of this client; a credential helper of git.",
    footer = {
      "",
      "To let every git command use it for one server:",
      "  git config --global credential.http://127.0.0.1:7420.helper '!/path/to/millrace"
          + " git-credential'"
    })
final class GitCredentialCommand extends ClientCommand {
  @Parameters(paramLabel = "ACTION", description = "What git wants: get, store or erase.")
  String action = "";

  GitCredentialCommand(Environment environment) {
    super(environment);
  }

  @Override
  int run() throws IOException {
    Map<String, String> asked = new HashMap<>();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(environment.in(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        asked.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    SignedIn signedIn = signedIn();
    if (action.equals("get") && signedIn != null && isFor(asked)) {
      screen.out().println("username=millrace");
      screen.out().println("password=" + signedIn.token());
    }
    return Exit.OK;
  }

  /** The token is told for no other server than the one it is for. */
  private boolean isFor(Map<String, String> asked) throws IOException {
    URI at = uri();
    return at.getScheme().equals(asked.get("protocol"))
        && at.getAuthority().equals(asked.get("host"));
  }
}
