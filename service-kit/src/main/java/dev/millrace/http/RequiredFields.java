package dev.millrace.http;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what a client left out: null in a component of a record that is not nullable. */
final class RequiredFields {

  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

  private RequiredFields() {}

  /** The path of the first field that is missing in the value or in what it holds. */
  static Optional<String> missing(Object value) {
    return missing("", value);
  }

  private static Optional<String> missing(String path, Object value) {
    return switch (value) {
      case Record record -> inRecord(path, record);
      case Collection<?> list -> inList(path, list);
      case Map<?, ?> map -> inMap(path, map);
      default -> Optional.empty();
    };
  }

  private static Optional<String> inRecord(String path, Record record) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String name = wireName(component);
      String at = path.isEmpty() ? name : path + "." + name;
      Object field = read(component, record);
      if (field == null) {
        if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          return Optional.of(at);
        }
        continue;
      }
      var missing = missing(at, field);
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inList(String path, Collection<?> list) {
    int index = 0;
    for (Object each : list) {
      String at = path + "[" + index++ + "]";
      var missing = each == null ? Optional.of(at) : missing(at, each);
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inMap(String path, Map<?, ?> map) {
    for (var entry : map.entrySet()) {
      String at = path + "." + entry.getKey();
      var missing = entry.getValue() == null ? Optional.of(at) : missing(at, entry.getValue());
      if (missing.isPresent()) {
        return missing;
      }
    }
    return Optional.empty();
  }

  private static String wireName(RecordComponent component) {
    return HUMP.matcher(component.getName()).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }

  private static @Nullable Object read(RecordComponent component, Record record) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
