package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.millrace.events.LedgerRecord.Cause;
import dev.millrace.events.LedgerRecord.WriterChanged;
import dev.millrace.events.config.ConfigCatalog;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.AttemptRef;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunCatalog;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the schema of a topic's records from the records of the code: what is {@code @Nullable}, a
 * list, a map or a truth value may be absent, all else has to be there.
 */
final class SchemaGenerator {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";
  private static final String ROOT = "(project|user)/" + ID;

  private final Map<String, ObjectNode> defs = new TreeMap<>();

  private SchemaGenerator() {}

  static ObjectNode of(Topics.Topic topic) {
    var generator = new SchemaGenerator();
    ObjectNode record = generator.record(topic);
    ObjectNode schema = JSON.objectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("$id", "urn:millrace:" + topic);
    schema.put("title", "A record on " + topic);
    schema.setAll(record);
    ObjectNode defs = schema.putObject("$defs");
    generator.defs.forEach(defs::set);
    return schema;
  }

  private ObjectNode record(Topics.Topic topic) {
    return switch (topic.name()) {
      case "run-commands" -> command(RunCatalog.COMMANDS);
      case "run-events" -> ledger(RunCatalog.EVENTS);
      case "config-commands" -> command(ConfigCatalog.COMMANDS);
      case "config-events" -> ledger(ConfigCatalog.EVENTS);
      case "incoming-deliveries" -> object(Delivery.class, o -> {});
      case "assignments" -> object(Assignment.class, o -> {});
      case "executor-status" -> object(ExecutorStatus.class, o -> {});
      case "task-logs" -> object(LogHead.class, o -> {});
      default -> throw new IllegalArgumentException("no schema of " + topic);
    };
  }

  /** The first line of a record on {@code task-logs}. */
  private record LogHead(
      AttemptRef attempt, String incarnation, int step, long position, boolean last) {}

  private record CommandHead(
      CommandId id, Instant made, Actor actor, boolean waited, @Nullable Long expectedRevision) {}

  private record DecisionHead(String term, long n, Cause cause, Instant at, Outcome outcome) {}

  private ObjectNode command(Catalog<?> catalog) {
    ObjectNode envelope = object(CommandHead.class, o -> {});
    properties(envelope).set("command", messages(catalog));
    required(envelope).add("command");
    return envelope;
  }

  private ObjectNode ledger(Catalog<?> catalog) {
    ObjectNode decision = object(DecisionHead.class, constant("kind", "decision"));
    ObjectNode events = JSON.objectNode().put("type", "array");
    events.set("items", messages(catalog));
    properties(decision).set("events", events);
    defs.put("decision", decision);
    defs.put("writer-changed", object(WriterChanged.class, constant("kind", "writer-changed")));
    return oneOf(List.of(ref("decision"), ref("writer-changed")));
  }

  private ObjectNode messages(Catalog<?> catalog) {
    ArrayNode one = JSON.arrayNode();
    for (var entry : catalog.entries()) {
      String name = entry.type() + ".v" + entry.version();
      defs.put(
          name,
          object(
              entry.body(),
              constant("type", entry.type())
                  .andThen(
                      o -> {
                        properties(o).putObject("v").put("const", entry.version());
                        required(o).add("v");
                      })));
      one.add(ref(name));
    }
    return JSON.objectNode().set("oneOf", one);
  }

  private static Consumer<ObjectNode> constant(String property, String value) {
    return o -> {
      properties(o).putObject(property).put("const", value);
      required(o).add(property);
    };
  }

  private ObjectNode object(Class<?> record, Consumer<ObjectNode> first) {
    ObjectNode object = JSON.objectNode().put("type", "object");
    object.putObject("properties");
    object.putArray("required");
    first.accept(object);
    for (RecordComponent component : record.getRecordComponents()) {
      String name = Json.fieldName(component.getName());
      AnnotatedType type = component.getAnnotatedType();
      properties(object).set(name, schema(type.getType()));
      if (!type.isAnnotationPresent(Nullable.class)
          && component.getType() != boolean.class
          && component.getType() != List.class
          && component.getType() != Map.class) {
        required(object).add(name);
      }
    }
    return object;
  }

  private ObjectNode schema(Type type) {
    return switch (type) {
      case ParameterizedType p when p.getRawType() == List.class ->
          of("array").set("items", schema(p.getActualTypeArguments()[0]));
      case ParameterizedType p when p.getRawType() == Map.class ->
          of("object").set("additionalProperties", schema(p.getActualTypeArguments()[1]));
      case Class<?> c -> plain(c);
      default -> throw new IllegalArgumentException("no schema of " + type);
    };
  }

  private ObjectNode plain(Class<?> type) {
    if (type == String.class) {
      return of("string");
    } else if (type == int.class
        || type == Integer.class
        || type == long.class
        || type == Long.class) {
      return of("integer");
    } else if (type == boolean.class) {
      return of("boolean");
    } else if (type == Instant.class) {
      return of("string").put("format", "date-time").put("pattern", "Z$");
    } else if (type == Duration.class) {
      return of("string").put("format", "duration").put("pattern", "^P");
    } else if (type == RootGroup.class) {
      return of("string").put("pattern", "^" + ROOT + "$");
    } else if (type == RunId.class) {
      return of("string").put("pattern", "^" + ROOT + "/[1-9][0-9]*$");
    } else if (type == CommandId.class
        || type == ExecutorId.class
        || type == ProjectId.class
        || type == UserId.class) {
      return of("string").put("pattern", "^" + ID + "$");
    } else if (type.isEnum()) {
      ObjectNode words = JSON.objectNode();
      ArrayNode values = words.putArray("enum");
      for (Object constant : type.getEnumConstants()) {
        values.add(Json.mapper().<tools.jackson.databind.JsonNode>valueToTree(constant));
      }
      return words;
    }
    return named(type);
  }

  private ObjectNode named(Class<?> type) {
    String name = type.getCanonicalName().substring(type.getPackageName().length() + 1);
    if (!defs.containsKey(name)) {
      defs.put(name, JSON.objectNode()); // ends the recursion of types that hold themselves
      defs.put(name, type.isRecord() ? object(type, o -> {}) : family(type));
    }
    return ref(name);
  }

  private ObjectNode family(Class<?> type) {
    JsonTypeInfo info = type.getAnnotation(JsonTypeInfo.class);
    JsonSubTypes members = type.getAnnotation(JsonSubTypes.class);
    if (info == null || members == null) {
      throw new IllegalArgumentException("no schema of " + type);
    }
    ArrayNode one = JSON.arrayNode();
    for (var member : members.value()) {
      one.add(object(member.value(), constant(info.property(), member.name())));
    }
    return JSON.objectNode().set("oneOf", one);
  }

  private static ObjectNode oneOf(List<ObjectNode> schemas) {
    ObjectNode one = JSON.objectNode();
    one.putArray("oneOf").addAll(schemas);
    return one;
  }

  private static ObjectNode of(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static ObjectNode ref(String name) {
    return JSON.objectNode().put("$ref", "#/$defs/" + name);
  }

  private static ObjectNode properties(ObjectNode object) {
    return (ObjectNode) object.get("properties");
  }

  private static ArrayNode required(ObjectNode object) {
    return (ArrayNode) object.get("required");
  }
}
