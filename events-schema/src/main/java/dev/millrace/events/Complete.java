package dev.millrace.events;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a message lacks. The compiler keeps our own code from leaving a component out that is
 * not {@code @Nullable}; this keeps JSON from it.
 */
final class Complete {
  private static final ClassValue<List<Component>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents()).map(Complete::component).toList();
        }
      };

  private Complete() {}

  private record Component(
      String name, Function<Object, Object> accessor, boolean optional, boolean plain) {}

  /**
   * Returns the message if nothing is missing in it.
   *
   * @throws UnreadableException naming the first component that is missing
   */
  static <T> T check(T message) {
    String missing = missing(message);
    if (missing != null) {
      throw new UnreadableException(missing + " is missing", null);
    }
    return message;
  }

  private static @Nullable String missing(Object value) {
    return switch (value) {
      case Record message -> inRecord(message);
      case List<?> list -> inList(list);
      case Map<?, ?> map -> inMap(map);
      default -> null;
    };
  }

  private static @Nullable String inRecord(Record message) {
    for (Component component : COMPONENTS.get(message.getClass())) {
      if (component.plain() && component.optional()) {
        continue;
      }
      Object value = component.accessor().apply(message);
      if (value == null && !component.optional()) {
        return component.name();
      }
      String inside = value == null || component.plain() ? null : missing(value);
      if (inside != null) {
        return component.name() + (inside.startsWith("[") ? "" : ".") + inside;
      }
    }
    return null;
  }

  private static @Nullable String inList(List<?> list) {
    for (int i = 0; i < list.size(); i++) {
      Object element = list.get(i);
      String inside = element == null ? "" : missing(element);
      if (inside != null) {
        return "[%d]%s%s".formatted(i, inside.isEmpty() ? "" : ".", inside);
      }
    }
    return null;
  }

  private static @Nullable String inMap(Map<?, ?> map) {
    for (var entry : map.entrySet()) {
      if (entry.getKey() == null || entry.getValue() == null) {
        return "[%s]".formatted(entry.getKey());
      }
    }
    return null;
  }

  private static Component component(RecordComponent component) {
    Class<?> type = component.getType();
    return new Component(
        Json.fieldName(component.getName()),
        Accessor.of(component.getAccessor()),
        type.isPrimitive() || component.getAnnotatedType().isAnnotationPresent(Nullable.class),
        type.isPrimitive()
            || type.isEnum()
            || type == String.class
            || type == Instant.class
            || type == Duration.class
            || type == byte[].class
            || Number.class.isAssignableFrom(type));
  }
}
