package dev.millrace.forges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.util.FS;

/** The git of this machine, in one directory, without any configuration of a user. */
record Git(Path directory) {

  record Result(int status, String output) {}

  /**
   * JGit does so for seconds, in the background, with files in the first directory that it sees:
   * not in one that a test removes meanwhile.
   */
  static void measureClockOfFiles() {
    ServerGitSettings.apply();
    FS.FileStoreAttributes.get(Path.of(System.getProperty("java.io.tmpdir")));
  }

  Result run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("git", ".out");
    var builder =
        new ProcessBuilder(command)
            .directory(Files.createDirectories(directory).toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile());
    var environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("GIT_"));
    environment.put("HOME", directory.toString());
    environment.put("GIT_CONFIG_NOSYSTEM", "1");
    environment.put("GIT_TERMINAL_PROMPT", "0");
    environment.put("LC_ALL", "C");
    for (String who : List.of("AUTHOR", "COMMITTER")) {
      environment.put("GIT_" + who + "_NAME", "Ada");
      environment.put("GIT_" + who + "_EMAIL", "ada@example.com");
    }
    int status = builder.start().waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    return new Result(status, text);
  }

  String ok(String... arguments) throws IOException, InterruptedException {
    Result result = run(arguments);
    assertThat(result.status()).as(result.output()).isZero();
    return result.output().strip();
  }

  void write(String file, String content) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  /** A repository with one commit on main. */
  static Git start(Path directory) throws IOException, InterruptedException {
    var git = new Git(directory);
    git.ok("init", "-q", "-b", "main");
    git.write("README", "hello\n");
    git.ok("add", "-A");
    git.ok("commit", "-q", "-m", "First\n\nwith a body");
    return git;
  }
}
