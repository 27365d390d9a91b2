package dev.millrace.verification.endtoend;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Configurations that are wrong, and what is to be said of each. */
final class BrokenConfigs {
  private static final String JSONNET = ".millrace/config.jsonnet";
  private static final String JSON = ".millrace/config.json";
  private static final String YAML = ".millrace/config.yml";

  private BrokenConfigs() {}

  /**
   * One of them.
   *
   * @param branch that it is pushed to
   * @param errors each as place, colon, message
   */
  record Broken(String branch, String file, String content, List<String> errors) {}

  private static Broken broken(String branch, String file, String content, String... errors) {
    return new Broken(branch, file, content, List.of(errors));
  }

  static List<Broken> all() {
    return Stream.of(jsonnet(), bombs(), wrong()).flatMap(List::stream).toList();
  }

  private static List<Broken> jsonnet() {
    return List.of(
        broken(
            "invalid-jsonnet",
            JSONNET,
            "{ runs: [ { name: 'x' tasks: [] } ] }\n",
            ".millrace/config.jsonnet:1:23: Expected \"}\", found \"tasks: [] \""),
        broken(
            "jsonnet-fails",
            JSONNET,
            "local f(x) = error 'no such luck: ' + x;\n{ runs: [ f('y') ] }\n",
            ".millrace/config.jsonnet:1:14: no such luck: y"),
        broken(
            "endless-recursion",
            JSONNET,
            "local f(x) = f(x + 1) + 1;\n{ runs: [ { name: f(0) } ] }\n",
            ".millrace/config.jsonnet: the program calls itself too deeply: is it endless?"),
        broken(
            "endless-loop",
            JSONNET,
            """
            local sum(n, f) = std.foldl(function(a, i) a + f(i), std.range(1, n), 0);
            local same(i) = i;
            { runs: sum(10000, function(i) sum(10000, function(j) sum(1000, same))) }
            """,
            ".millrace/config.jsonnet: the evaluation took longer than 5 seconds"),
        broken(
            "memory-bomb",
            JSONNET,
            """
            local grow(s, n) = if n == 0 then s else grow(s + s, n - 1);
            { runs: [ { name: grow('aaaaaaaaaaaaaaaa', 40) } ] }
            """,
            ".millrace/config.jsonnet: the evaluation needs more than 64 MiB of memory"),
        broken(
            "output-bomb",
            JSONNET,
            "{ runs: [ { name: std.repeat('a', 3000000) } ] }\n",
            ".millrace/config.jsonnet: the evaluated configuration is larger than 1024 KiB"),
        broken(
            "reads-a-file",
            JSONNET,
            "{ runs: importstr '/etc/passwd' }\n",
            ".millrace/config.jsonnet:1:9: Couldn't import file: \"/etc/passwd\""),
        broken(
            "java-tag-in-jsonnet",
            JSONNET,
            "{ runs: std.parseYaml('!!java.net.URL [\"http://127.0.0.1:1/\"]') }\n",
            ".millrace/config.jsonnet: a function of the standard library is used that does not"
                + " exist here, such as std.parseYaml"));
  }

  private static List<Broken> bombs() {
    var aliases = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    IntStream.range(1, 10)
        .forEach(
            i ->
                aliases
                    .append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d, ".formatted(i - 1).repeat(9))
                    .append("]\n"));
    String deep = "[".repeat(20_000) + "]".repeat(20_000);
    return List.of(
        broken(
            "alias-bomb",
            YAML,
            aliases + "runs: *a9\n",
            ".millrace/config.yml:4:20: more than 20 aliases"),
        broken(
            "alias-of-itself",
            YAML,
            "runs: &r\n  - *r\n",
            ".millrace/config.yml:1:7 (runs[0]): contains itself through an alias"),
        broken(
            "depth-bomb",
            YAML,
            "runs: " + deep + "\n",
            ".millrace/config.yml:1:70: nested more than 64 levels deep"),
        broken(
            "json-depth-bomb",
            JSON,
            "{\"runs\": " + deep + "}\n",
            ".millrace/config.json:1:73: nested more than 64 levels deep"),
        broken(
            "two-mib",
            YAML,
            "# " + "x".repeat(2 << 20) + "\nruns: []\n",
            ".millrace/config.yml: the file is larger than 256 KiB"),
        broken(
            "java-tag",
            YAML,
            "runs: !!java.net.URL [\"http://127.0.0.1:1/\"]\n",
            ".millrace/config.yml:1:7 (runs): the tag tag:yaml.org,2002:java.net.URL is not known"
                + " here",
            ".millrace/config.yml:1:23 (runs[0]): expected a run: a map with a name and tasks,"
                + " found the text \"http://127.0.0.1:1/\""));
  }

  private static List<Broken> wrong() {
    return List.of(
        broken(
            "unknown-keys",
            YAML,
            """
            runs:
              - name: build
                tasks:
                  - name: a
                    dependz: [b]
                    steps: [{run: 'true'}]
                  - name: b
                    ignore_failures: true
                    steps: [{runn: 'true'}]
            """,
            ".millrace/config.yml:5:9 (runs[0].tasks[0].dependz): unknown field \"dependz\"; did"
                + " you mean \"depends\"?",
            ".millrace/config.yml:8:9 (runs[0].tasks[1].ignore_failures): unknown field"
                + " \"ignore_failures\"; did you mean \"ignore_failure\"?",
            ".millrace/config.yml:9:18 (runs[0].tasks[1].steps[0].runn): unknown type of step"
                + " \"runn\"; did you mean \"run\"?"),
        broken(
            "cycles",
            YAML,
            """
            runs:
              - name: build
                tasks:
                  - {name: a, depends: [b], steps: [{run: 'true'}]}
                  - {name: b, depends: [c], steps: [{run: 'true'}]}
                  - {name: c, depends: [a], steps: [{run: 'true'}]}
                  - {name: d, depends: [d], steps: [{run: 'true'}]}
            """,
            ".millrace/config.yml:6:29 (runs[0].tasks[2].depends[0]): tasks depend on each other in"
                + " a circle: \"a\" → \"b\" → \"c\" → \"a\"",
            ".millrace/config.yml:7:29 (runs[0].tasks[3].depends[0]): the task \"d\" depends on"
                + " itself"),
        broken(
            "half-json",
            JSON,
            "{\"runs\": [",
            ".millrace/config.json:1:11: not JSON: Unexpected end-of-input: expected close marker"
                + " for Array"),
        broken(
            "a-list",
            JSON,
            "[]",
            ".millrace/config.json:1:1: expected a map with the field runs, found an empty list"),
        broken(
            "empty",
            YAML,
            "",
            ".millrace/config.yml:1:1: the file is empty; expected a map with the field runs"));
  }
}
