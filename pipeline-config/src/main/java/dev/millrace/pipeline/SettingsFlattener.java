package dev.millrace.pipeline;

import dev.millrace.pipeline.SettingsFile.Flat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Puts every value of a map of maps under its path; what is empty counts as absent. */
final class SettingsFlattener {
  private final Problems problems;
  private final Map<String, Flat> found;

  SettingsFlattener(Problems problems, Map<String, Flat> found) {
    this.problems = problems;
    this.found = found;
  }

  void flatten(Node.Mapping root) {
    flatten("", root);
  }

  private void flatten(String path, Node.Mapping map) {
    map.fields()
        .forEach(
            (name, field) -> {
              String key = path.isEmpty() ? name : path + "." + name;
              switch (field.value()) {
                case Node.Mapping inner -> flatten(key, inner);
                case Node.Listing list -> put(key, new Flat(field.name(), texts(list), true));
                case Node.Scalar scalar -> {
                  if (!Fields.isNull(scalar)) {
                    put(key, new Flat(field.name(), List.of(scalar.text()), false));
                  }
                }
              }
            });
  }

  private void put(String key, Flat flat) {
    Flat first = found.putIfAbsent(key, flat);
    if (first != null) {
      problems.add(flat.name(), Fields.twice(key, first.name()));
    }
  }

  private List<String> texts(Node.Listing list) {
    List<String> texts = new ArrayList<>();
    for (Node item : list.items()) {
      if (item instanceof Node.Scalar scalar && !Fields.isNull(scalar)) {
        texts.add(scalar.text());
      } else {
        problems.add(item.spot(), Fields.expected("a single value", item));
      }
    }
    return List.copyOf(texts);
  }
}
