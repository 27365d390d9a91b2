package dev.millrace.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which handler a method and a path lead to. Fixed segments win over parameters. */
final class Routes {

  /** A route. */
  record Route(
      Handler handler,
      @Nullable Guard guard,
      Lane lane,
      RouteMeters meters,
      boolean streamed,
      List<String> names) {}

  /** What a look-up comes to. */
  sealed interface Found {
    record Match(Route route, Map<String, String> params) implements Found {}

    record NoSuchPath() implements Found {}

    record OtherMethods(List<String> allowed) implements Found {}

    record Malformed() implements Found {}
  }

  private static final class Node {
    final Map<String, Node> fixed = new HashMap<>();
    @Nullable Node parameter;
    final Map<String, Route> rest = new TreeMap<>();
    final Map<String, Route> here = new TreeMap<>();
  }

  private final Node root = new Node();
  private final List<String> added = new ArrayList<>();

  void add(
      String method,
      String path,
      Handler handler,
      @Nullable Guard guard,
      Lane lane,
      RouteMeters meters,
      boolean streamed) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path starts with /: " + path);
    }
    var names = new ArrayList<String>();
    Node node = root;
    Map<String, Route> target = null;
    for (String segment : path.substring(1).split("/", -1)) {
      if (target != null) {
        throw new IllegalArgumentException("nothing follows *: " + path);
      } else if (segment.startsWith("*")) {
        names.add(segment.substring(1));
        target = node.rest;
      } else if (segment.startsWith(":")) {
        names.add(segment.substring(1));
        if (node.parameter == null) {
          node.parameter = new Node();
        }
        node = node.parameter;
      } else {
        node = node.fixed.computeIfAbsent(segment, _ -> new Node());
      }
    }
    if (target == null) {
      target = node.here;
    }
    if (target.put(method, new Route(handler, guard, lane, meters, streamed, List.copyOf(names)))
        != null) {
      throw new IllegalArgumentException("there is a route " + method + " " + path);
    }
    added.add(method + " " + path);
  }

  List<String> added() {
    return List.copyOf(added);
  }

  Found find(String method, String path) {
    List<String> segments = new ArrayList<>();
    try {
      for (String raw : path.startsWith("/") ? path.substring(1).split("/", -1) : new String[0]) {
        segments.add(decode(raw));
      }
    } catch (IllegalArgumentException _) {
      return new Found.Malformed();
    }
    var values = new ArrayList<String>();
    var methods = find(root, segments, 0, values);
    if (methods == null) {
      return new Found.NoSuchPath();
    }
    Route route = methods.get(method);
    if (route == null) {
      return new Found.OtherMethods(List.copyOf(methods.keySet()));
    }
    var params = new HashMap<String, String>();
    for (int i = 0; i < values.size(); i++) {
      params.put(route.names().get(i), values.get(i));
    }
    return new Found.Match(route, params);
  }

  private static @Nullable Map<String, Route> find(
      Node node, List<String> segments, int at, List<String> values) {
    if (at == segments.size()) {
      return node.here.isEmpty() ? null : node.here;
    }
    String segment = segments.get(at);
    Node fixed = node.fixed.get(segment);
    if (fixed != null) {
      var found = find(fixed, segments, at + 1, values);
      if (found != null) {
        return found;
      }
    }
    if (node.parameter != null && !segment.isEmpty()) {
      values.add(segment);
      var found = find(node.parameter, segments, at + 1, values);
      if (found != null) {
        return found;
      }
      values.removeLast();
    }
    if (!node.rest.isEmpty()) {
      values.add(String.join("/", segments.subList(at, segments.size())));
      return node.rest;
    }
    return null;
  }

  /** Percent-decodes; a plus stays a plus. */
  static String decode(String text) {
    return text.indexOf('%') < 0
        ? text
        : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
