package dev.millrace.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpApiTest {

  record Task(@Nullable String name, int slots, List<String> depends, Map<String, String> env) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Step.Clone.class, name = "clone"),
    @JsonSubTypes.Type(value = Step.Run.class, name = "run")
  })
  sealed interface Step {
    record Clone(@Nullable Integer depth) implements Step {}

    record Run(String command) implements Step {}
  }

  record Wish(String name, List<Task> tasks, List<Step> steps) {}

  private final HttpApi api =
      new HttpApi("test")
          .on("GET", "/livez", _ -> Reply.empty())
          .guard(
              r ->
                  r.header("authorization")
                      .orElseThrow(() -> ProblemException.unauthorized("sign in")))
          .on("GET", "/projects/:ref", r -> Reply.ok(r.param("ref")))
          .on("GET", "/projects/new", _ -> Reply.ok("the new one"))
          .on("POST", "/projects/:ref/cancel", HttpApiTest::cancel)
          .on("GET", "/git/*path", r -> Reply.ok(r.param("path") + " for " + r.principal()))
          .on("GET", "/boom", HttpApiTest::boom)
          .on("POST", "/wishes", r -> Reply.created(r.json(Wish.class)));

  private static Reply cancel(Request request) {
    request.noBody();
    return Reply.empty();
  }

  private static Reply boom(Request request) {
    throw new IllegalStateException("with a secret inside");
  }

  private Reply call(String method, String target, String body) {
    return api.call(
        method, target, Map.of("Authorization", "me"), body.getBytes(StandardCharsets.UTF_8));
  }

  private Problem problem(String method, String target, String body) {
    return ((Reply.Failed) call(method, target, body)).problem();
  }

  @Test
  void aSlashInAParameterSurvives() {
    assertThat(call("GET", "/projects/user%2Fadmin%2Fdemo", ""))
        .isEqualTo(Reply.ok("user/admin/demo"));
  }

  @Test
  void aFixedSegmentWinsOverAParameter() {
    assertThat(call("GET", "/projects/new", "")).isEqualTo(Reply.ok("the new one"));
  }

  @Test
  void aRestParameterTakesAllThatFollows() {
    assertThat(call("GET", "/git/user/admin/a+b.git/info%20/refs", ""))
        .isEqualTo(Reply.ok("user/admin/a+b.git/info /refs for me"));
  }

  @Test
  void theGuardIsAskedBeforeTheHandlerAndOnlyForItsRoutes() {
    assertThat(api.call("GET", "/livez", Map.of(), new byte[0])).isEqualTo(Reply.empty());
    assertThat(api.call("GET", "/boom", Map.of(), new byte[0]).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /nowhere,        404, not-found",
    "GET,  /projects/,      404, not-found",
    "GET,  /projects/a/b,   404, not-found",
    "PUT,  /wishes,         405, method-not-allowed",
    "GET,  /projects/%zz,   400, invalid",
    "GET,  /boom,           500, internal",
  })
  void whatTheFrameworkFindsIsAProblemToo(String method, String path, int status, String code) {
    var problem = problem(method, path, "");
    assertThat(problem.status()).isEqualTo(status);
    assertThat(problem.code()).isEqualTo(code);
  }

  @Test
  void anUnexpectedErrorTellsAnIdAndNothingElse() {
    var problem = problem("GET", "/boom", "");
    assertThat(problem.message()).isEqualTo("internal server error");
    assertThat(problem.details()).containsOnlyKeys("id");
  }

  @Test
  void theAllowedMethodsAreNamed() {
    var reply = (Reply.Failed) call("DELETE", "/wishes", "");
    assertThat(reply.headers()).containsEntry("Allow", "POST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                               | the request needs a JSON body",
        "null                             | the body is null",
        "[]                               | the body has to be an object",
        "{\"nmae\":\"x\"}                 | unknown field \"nmae\"; did you mean \"name\"?",
        "{\"q\":\"x\"}                    | unknown field \"q\"; known: name, steps, tasks",
        "{\"tasks\":[{\"slosts\":1}]}     | unknown field \"tasks[0].slosts\"; did you mean"
            + " \"slots\"?",
        "{\"tasks\":[]}                   | \"name\" is missing",
        "{\"name\":\"x\",\"tasks\":[null]} | \"tasks[0]\" is missing",
        "{\"name\":\"x\",\"tasks\":[{\"env\":{\"A\":null}}]} | \"tasks[0].env.A\" is missing",
        "{\"name\":\"x\",\"steps\":[{\"type\":\"run\"}]} | \"steps[0].command\" is missing",
        "{\"steps\":[{\"type\":\"rnu\"}]} | \"steps[0]\" has the unknown type \"rnu\"; known:"
            + " clone, run",
        "{\"steps\":[{}]}                | \"steps[0]\" has no type; known: clone, run",
        "{\"tasks\":\"x\"}                | \"tasks\" has to be a list",
        "{\"tasks\":[{\"name\":{}}]}      | \"tasks[0].name\" has to be text",
        "{\"name\":5}                    | \"name\" has to be text, not \"5\"",
        "{\"name\":\"x\",\"name\":\"y\"}  | the body is not JSON: Duplicate Object property"
            + " \"name\" (line 1, column 19)",
        "{                                | the body is not JSON: Unexpected end-of-input:"
            + " expected close marker for Object (line 1, column 2)",
        "{\"tasks\":[{\"slots\":\"x\"}]}  | \"tasks[0].slots\" has to be a number",
      })
  void aBadBodyIsExplained(String body, String message) {
    var problem = problem("POST", "/wishes", body);
    assertThat(problem).isEqualTo(Problem.of(400, "invalid", message));
  }

  @Test
  void brokenJsonIsExplainedWithItsPlace() {
    var problem = problem("POST", "/wishes", "{\"name\": \n oops}");
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.message()).startsWith("the body is not JSON: ").contains("line 2");
  }

  @Test
  void anAbsentListIsEmpty() {
    assertThat(call("POST", "/wishes", "{\"name\":\"x\"}"))
        .isEqualTo(Reply.created(new Wish("x", List.of(), List.of())));
  }

  @Test
  void anActionTakesNoBody() {
    assertThat(call("POST", "/projects/a/cancel", "")).isEqualTo(Reply.empty());
    assertThat(call("POST", "/projects/a/cancel", "{}")).isEqualTo(Reply.empty());
    assertThat(call("POST", "/projects/a/cancel", "{\"a\":1}").status()).isEqualTo(400);
  }
}
