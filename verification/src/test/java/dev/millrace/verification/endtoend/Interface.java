package dev.millrace.verification.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.verification.endtoend.Asked.Answered;
import dev.millrace.verification.endtoend.KnownRoutes.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * One HTTP interface with everything that can be got wrong at each of its routes. A route of which
 * nothing is known here fails: who adds one has to say what it makes of bad input.
 *
 * @param routes those without {@code *}
 * @param places what may stand in the places of paths
 * @param bodies the routes that need a body: a good one, and the fields that they know
 * @param open the routes that need no token
 * @param noToken what somebody without a token is told
 * @param wrongToken what somebody with a wrong one is told
 */
record Interface(
    Asked asked,
    List<Route> routes,
    Map<String, Place> places,
    Map<String, Body> bodies,
    Set<String> open,
    String noToken,
    String wrongToken) {
  private static final Pattern PLACE = Pattern.compile(":([a-z]+)");
  private static final String LARGE = "{\"name\": \"" + "x".repeat(1 << 20) + "\"}";

  /** A place of a path: what is there, what is not, and what is said then. */
  record Place(String good, String unknown, String message) {}

  /** A body that is read, and what is said to one with an unknown field. */
  record Body(String good, String known) {}

  /** What is to come back. */
  record Told(int status, String contentType, String code, String message) {
    static Told problem(int status, String code, String message) {
      return new Told(status, "application/problem+json", code, message);
    }

    static Told of(Answered answered) {
      return new Told(
          answered.status(), answered.contentType(), answered.code(), answered.message());
    }
  }

  /** Asks something. */
  interface Asking {
    Answered ask() throws Exception;
  }

  static DynamicTest test(String name, Told expected, Asking asking) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Answered answered = asking.ask();
          assertThat(Told.of(answered)).as(answered.toString()).isEqualTo(expected);
        });
  }

  /** Every place of every path, once with what does not exist. */
  Stream<DynamicTest> unknownIds() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Route route : routes) {
      Body body = bodies.get(route.toString());
      for (String name : placesOf(route)) {
        tests.add(
            test(
                route + " with an unknown " + name,
                Told.problem(404, "not-found", place(name).message()),
                () ->
                    asked.ask(route.method(), path(route, name), body == null ? "" : body.good())));
      }
    }
    return tests.stream();
  }

  /** Every route that changes something, with bodies that are wrong. */
  Stream<DynamicTest> badBodies() {
    return routes.stream().filter(Route::changes).flatMap(this::badBodies);
  }

  private Stream<DynamicTest> badBodies(Route route) {
    Body body = bodies.get(route.toString());
    String known = body == null ? "no field is known here" : body.known();
    Stream<DynamicTest> all =
        Stream.of(
            bad(
                route,
                "{",
                "the body is not JSON: Unexpected end-of-input: expected close marker for Object"
                    + " (line 1, column 2)"),
            bad(route, "[]", "the body has to be an object"),
            bad(route, "{\"zzz\": 1}", "unknown field \"zzz\"; " + known),
            test(
                route + " with a body of more than 1 MiB",
                Told.problem(413, "too-large", "the body is larger than 1048576 bytes"),
                () -> asked.ask(route.method(), path(route, ""), LARGE)));
    return body == null
        ? all
        : Stream.concat(all, Stream.of(bad(route, "", "the request needs a JSON body")));
  }

  private DynamicTest bad(Route route, String body, String message) {
    return test(
        route + " with the body " + body,
        Told.problem(400, "invalid", message),
        () -> asked.ask(route.method(), path(route, ""), body));
  }

  /** Every route, without a token and with a wrong one. */
  Stream<DynamicTest> strangers() {
    return routes.stream()
        .filter(route -> !open.contains(route.toString()))
        .flatMap(
            route ->
                Stream.of(
                    test(
                        route + " without a token",
                        Told.problem(401, "unauthorized", noToken),
                        () -> asked.with("Authorization", "").ask(route.method(), path(route, ""))),
                    test(
                        route + " with a wrong token",
                        Told.problem(401, "unauthorized", wrongToken),
                        () ->
                            asked
                                .with("Authorization", "Bearer mrt_wrong")
                                .ask(route.method(), path(route, "")))));
  }

  /** Every path, with a method that it does not have. */
  Stream<DynamicTest> otherMethods() {
    return routes.stream().collect(Collectors.groupingBy(Route::path)).entrySet().stream()
        .map(
            entry -> {
              Route patch = new Route("PATCH", entry.getKey());
              String path = path(patch, "");
              var allowed = new TreeSet<String>();
              entry.getValue().forEach(route -> allowed.add(route.method()));
              return test(
                  patch.toString(),
                  Told.problem(
                      405,
                      "method-not-allowed",
                      "PATCH is not possible at %s, only %s"
                          .formatted(asked.server().getPath() + path, String.join(", ", allowed))),
                  () -> asked.ask("PATCH", path));
            });
  }

  private static List<String> placesOf(Route route) {
    return PLACE.matcher(route.path()).results().map(found -> found.group(1)).toList();
  }

  /** The path with what exists in all places but one. */
  private String path(Route route, String unknown) {
    return PLACE
        .matcher(route.path())
        .replaceAll(
            found -> {
              Place place = place(found.group(1));
              return Matcher.quoteReplacement(
                  found.group(1).equals(unknown) ? place.unknown() : place.good());
            });
  }

  private Place place(String name) {
    return Objects.requireNonNull(
        places.get(name), () -> "say in BadInputIT what an unknown %s is told".formatted(name));
  }
}
