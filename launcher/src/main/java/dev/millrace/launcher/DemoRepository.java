package dev.millrace.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The clone that the demo pushes from, driven by the git of this machine. */
final class DemoRepository {
  private final Path folder;
  private final Environment environment;
  private final URI url;

  DemoRepository(Path folder, Environment environment, URI server, String projectPath) {
    this.folder = folder;
    this.environment = environment;
    this.url = URI.create(dev.millrace.launcher.client.Git.url(server, projectPath));
  }

  Path folder() {
    return folder;
  }

  /** Makes the repository with one commit of the sample, unless it is there. */
  void make(Path sample) throws IOException, InterruptedException {
    if (!Files.exists(folder.resolve(".git").resolve("HEAD"))) {
      PrivateFile.makeFolder(folder);
      git("init", "--quiet");
      git("symbolic-ref", "HEAD", "refs/heads/main");
    }
    connect();
    if (!isCommitted()) {
      copy(sample);
      git("add", "--all");
      git("commit", "--quiet", "--message", "Add the wheel");
    }
  }

  /** Whoever works in the clone later pushes to where the server is now, as this client. */
  void connect() throws IOException, InterruptedException {
    if (!Files.exists(folder.resolve(".git"))) {
      return;
    }
    git("config", "remote.origin.url", url.toString());
    git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    git("config", "branch.main.remote", "origin");
    git("config", "branch.main.merge", "refs/heads/main");
    git("config", "push.autoSetupRemote", "true");
    git("config", "credential.helper", "!'" + environment.script() + "' git-credential");
    git("config", "http.proxy", "");
  }

  void push(String token) throws IOException, InterruptedException {
    String login =
        Base64.getEncoder().encodeToString(("millrace:" + token).getBytes(StandardCharsets.UTF_8));
    run(
        Map.of(
            "GIT_CONFIG_COUNT", "1",
            "GIT_CONFIG_KEY_0", "http.extraHeader",
            "GIT_CONFIG_VALUE_0", "Authorization: Basic " + login),
        List.of("push", "--quiet", "origin", "main"));
  }

  private boolean isCommitted() {
    return Files.exists(folder.resolve(".git/refs/heads/main"))
        || Files.exists(folder.resolve(".git/packed-refs"));
  }

  private void copy(Path sample) throws IOException {
    try (Stream<Path> files = Files.walk(sample)) {
      for (Path from : files.filter(Files::isRegularFile).toList()) {
        Path to = folder.resolve(sample.relativize(from).toString());
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        if (to.getFileName().toString().equals("build")
            && !to.toFile().setExecutable(true, /* ownerOnly= */ true)) {
          throw new IOException("cannot make " + to + " executable");
        }
      }
    }
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    run(Map.of(), List.of(arguments));
  }

  private void run(Map<String, String> variables, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(arguments);
    Path output = Files.createTempFile("millrace-git", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile());
      Map<String, String> all = builder.environment();
      all.keySet().removeIf(name -> name.startsWith("GIT_"));
      // Nothing of this machine's settings: no signing, no hooks, no other identity.
      all.put("GIT_CONFIG_NOSYSTEM", "1");
      all.put("GIT_CONFIG_GLOBAL", "/dev/null");
      all.put("GIT_TERMINAL_PROMPT", "0");
      all.put("GIT_AUTHOR_NAME", "Millrace");
      all.put("GIT_AUTHOR_EMAIL", "demo@millrace.invalid");
      all.put("GIT_COMMITTER_NAME", "Millrace");
      all.put("GIT_COMMITTER_EMAIL", "demo@millrace.invalid");
      all.putAll(variables);
      int exit = start(builder).waitFor();
      if (exit != 0) {
        throw new IOException(
            "git %s ended with %d: %s"
                .formatted(arguments.getFirst(), exit, Files.readString(output).strip()));
      }
    } finally {
      Files.delete(output);
    }
  }

  private static Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new IOException("git is needed for it and was not found; install the package git", e);
    }
  }
}
