package dev.millrace.launcher.client;

import java.net.URI;

/** What people type to push to a server of Millrace. */
public final class Git {
  private Git() {}

  /** The repository of a project. */
  public static String url(URI server, String projectPath) {
    return server.resolve("/git/" + projectPath + ".git").toString();
  }

  /** A push that signs in with the token of this client, which git asks it for. */
  public static String push(String command, String what) {
    return "git -c credential.helper= -c credential.helper='!%s git-credential' push millrace %s"
        .formatted(command.contains(" ") ? "\"" + command + "\"" : command, what);
  }
}
