package dev.millrace.verification.endtoend;

import dev.millrace.verification.installation.Installation;
import dev.millrace.verification.installation.Installation.Finished;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A work tree of a person, with git's own command. */
final class GitRepository {
  private final Installation installation;
  private final Path directory;

  private GitRepository(Installation installation, Path directory) {
    this.installation = installation;
    this.directory = directory;
  }

  /** An empty repository below the installation's home whose remote is the project's. */
  static GitRepository of(Installation installation, String name, String projectPath)
      throws Exception {
    return of(installation, name, installation.uri(), installation.token(), projectPath);
  }

  /** The same with a project of another server, that is asked with this token. */
  static GitRepository of(
      Installation installation, String name, URI server, String token, String projectPath)
      throws Exception {
    GitRepository repository = empty(installation, name);
    String remote =
        server.toString().replace("http://", "http://me:" + token + "@")
            + "/git/"
            + projectPath
            + ".git";
    repository.git("remote", "add", "origin", remote).expectSuccess();
    return repository;
  }

  /** An empty repository below the installation's home without a remote. */
  static GitRepository empty(Installation installation, String name) throws Exception {
    Path directory = Files.createDirectories(installation.home().resolve("work-" + name));
    var repository = new GitRepository(installation, directory);
    repository.git("init", "-q", "-b", "main").expectSuccess();
    return repository;
  }

  GitRepository write(String file, String content) throws Exception {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
    return this;
  }

  /** Commits everything and returns the commit's id. */
  String commit(String message) throws Exception {
    git("add", "-A").expectSuccess();
    git("commit", "-q", "--allow-empty", "-m", message).expectSuccess();
    return git("rev-parse", "HEAD").expectSuccess().strip();
  }

  Finished push(String branch) throws Exception {
    return git("push", "-q", "origin", "HEAD:refs/heads/" + branch);
  }

  Finished git(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "git",
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@example.org",
                "-c",
                "init.defaultBranch=main"));
    command.addAll(List.of(arguments));
    return installation.run(directory, command);
  }
}
