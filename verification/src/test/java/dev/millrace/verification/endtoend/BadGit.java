package dev.millrace.verification.endtoend;

import dev.millrace.verification.endtoend.Interface.Told;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** What the git server is sent that is not git's protocol, or comes from strangers. */
final class BadGit {
  private static final List<String> SERVICES = List.of("git-upload-pack", "git-receive-pack");

  private BadGit() {}

  /**
   * All of it.
   *
   * @param repository its path
   * @param asked with a token that may do everything
   */
  static Stream<DynamicTest> tests(String repository, Asked asked) {
    return SERVICES.stream()
        .flatMap(
            service ->
                Stream.concat(
                    nonsense(repository, service, asked), strangers(repository, service, asked)));
  }

  private static Stream<DynamicTest> nonsense(String repository, String service, Asked asked) {
    String path = repository + "/" + service;
    Asked git = asked.with("Content-Type", "application/x-" + service + "-request");
    return Stream.of(
        Interface.test(
            service + " with nonsense",
            notGit("Invalid packet line header: zzzz"),
            () -> git.ask("POST", path, "zzzz")),
        Interface.test(
            service + " with what is not zipped",
            notGit("Not in GZIP format"),
            () -> git.with("Content-Encoding", "gzip").ask("POST", path, "zzzzzzzzzzzz")));
  }

  private static Stream<DynamicTest> strangers(String repository, String service, Asked asked) {
    Asked nobody = asked.with("Authorization", "");
    Asked wrong = asked.with("Authorization", "Basic " + base64("git:mrt_wrong"));
    String refs = repository + "/info/refs?service=" + service;
    return Stream.of(
        stranger(
            "refs for " + service + " without a token",
            "a token is needed as the password",
            () -> nobody.ask("GET", refs)),
        stranger(
            "refs for " + service + " with a wrong token",
            "the token is not valid (any more)",
            () -> wrong.ask("GET", refs)),
        stranger(
            service + " without a token",
            "a token is needed as the password",
            () -> nobody.ask("POST", repository + "/" + service)),
        stranger(
            service + " with a wrong token",
            "the token is not valid (any more)",
            () -> wrong.ask("POST", repository + "/" + service)));
  }

  private static DynamicTest stranger(String name, String message, Interface.Asking asking) {
    return Interface.test(name, Told.problem(401, "unauthorized", message), asking);
  }

  private static Told notGit(String why) {
    return Told.problem(400, "invalid", "this is not what git sends: " + why);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
