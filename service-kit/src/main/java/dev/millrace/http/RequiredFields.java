package dev.millrace.http;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what a client left out: null in a component of a record that is not nullable. */
final class RequiredFields {

  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

  // Asking a class for its components is slow, and every request is checked.
  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(RequiredFields::field).toList();
        }
      };

  private RequiredFields() {}

  private record Field(String name, Method accessor, boolean optional) {}

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
    for (Field field : FIELDS.get(record.getClass())) {
      Object value = read(field, record);
      if (value == null && !field.optional()) {
        return Optional.of(below(path, field));
      } else if (value instanceof Record || value instanceof Collection || value instanceof Map) {
        var missing = missing(below(path, field), value);
        if (missing.isPresent()) {
          return missing;
        }
      }
    }
    return Optional.empty();
  }

  private static String below(String path, Field field) {
    return path.isEmpty() ? field.name() : path + "." + field.name();
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

  private static Field field(RecordComponent component) {
    component.getAccessor().setAccessible(true);
    return new Field(
        HUMP.matcher(component.getName()).replaceAll("$1_$2").toLowerCase(Locale.ROOT),
        component.getAccessor(),
        component.getAnnotatedType().isAnnotationPresent(Nullable.class));
  }

  private static @Nullable Object read(Field field, Record record) {
    try {
      return field.accessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + field.name(), e);
    }
  }
}
