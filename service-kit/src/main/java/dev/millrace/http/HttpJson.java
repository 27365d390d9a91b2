package dev.millrace.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.LogicalType;

/**
 * The JSON of the HTTP interfaces: snake_case names, times as UTC ISO-8601 with milliseconds,
 * absent instead of null; an absent list or map is read as an empty one.
 */
public final class HttpJson {

  private static final JsonMapper LENIENT = mapper(false);
  private static final JsonMapper STRICT = mapper(true);

  // What the library says of a source that it does not know: (start marker at [Source: …])
  private static final Pattern SOURCE = Pattern.compile(" \\([^()\\[]*\\[Source[^]]*\\]\\)");

  private HttpJson() {}

  private static JsonMapper mapper(boolean strict) {
    var builder = strict ? literal() : JsonMapper.builder();
    return builder
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .changeDefaultPropertyInclusion(old -> old.withValueInclusion(JsonInclude.Include.NON_NULL))
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .addModule(
            new SimpleModule("millrace-http")
                .addSerializer(new Millis())
                .setDeserializerModifier(new EmptyWhenAbsent()))
        .build();
  }

  /** Takes a text for nothing but a text, and no field twice. */
  private static JsonMapper.Builder literal() {
    return JsonMapper.builder(
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .withCoercionConfig(
            LogicalType.Integer,
            number -> number.setCoercion(CoercionInputShape.Float, CoercionAction.Fail));
  }

  /** The value in UTF-8. */
  public static byte[] write(Object value) {
    return LENIENT.writeValueAsBytes(value);
  }

  /** Reads what a service answered; unknown fields are ignored. */
  public static <T> T read(byte[] json, Class<T> type) {
    T value = LENIENT.readValue(json, type);
    if (value == null) {
      throw new IllegalArgumentException("null where a " + type.getSimpleName() + " should be");
    }
    return value;
  }

  /**
   * Reads what a client sent.
   *
   * @throws ProblemException 400 with a sentence that names the field
   */
  public static <T> T readRequest(byte[] json, Class<T> type) {
    if (json.length == 0) {
      throw ProblemException.badRequest("the request needs a JSON body");
    }
    try {
      T value = STRICT.readValue(json, type);
      if (value == null) {
        throw ProblemException.badRequest("the body is null");
      }
      RequiredFields.missing(value)
          .ifPresent(
              field -> {
                throw ProblemException.badRequest("\"%s\" is missing".formatted(field));
              });
      return value;
    } catch (JacksonException e) {
      throw ProblemException.badRequest(explain(e));
    }
  }

  private static String explain(JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown -> unknownField(unknown);
      case InvalidFormatException wrong when wrong.getTargetType().isEnum() ->
          "%s cannot be \"%s\"; known: %s"
              .formatted(field(wrong), shortened(wrong.getValue()), known(wrong.getTargetType()));
      case InvalidFormatException wrong when isPlain(wrong.getTargetType()) ->
          "%s has to be %s, not \"%s\""
              .formatted(field(wrong), kind(wrong.getTargetType()), shortened(wrong.getValue()));
      case InvalidFormatException wrong ->
          "%s cannot be \"%s\"".formatted(field(wrong), shortened(wrong.getValue()));
      case ValueInstantiationException wrong when cause(wrong) instanceof NullPointerException ->
          field(wrong) + " lacks a field that it needs";
      case ValueInstantiationException wrong -> field(wrong) + ": " + cause(wrong).getMessage();
      case InvalidTypeIdException wrong -> unknownType(wrong);
      case MismatchedInputException wrong when wrong.getTargetType() != null ->
          "%s has to be %s".formatted(field(wrong), kind(wrong.getTargetType()));
      case DatabindException wrong -> field(wrong) + ": " + wrong.getOriginalMessage();
      case StreamConstraintsException _ ->
          "the body is nested too deeply, or a value in it is too long";
      case StreamReadException wrong ->
          "the body is not JSON: %s (line %d, column %d)"
              .formatted(
                  SOURCE.matcher(wrong.getOriginalMessage()).replaceAll(""),
                  wrong.getLocation().getLineNr(),
                  wrong.getLocation().getColumnNr());
      default -> "the body cannot be read: " + e.getOriginalMessage();
    };
  }

  private static boolean isPlain(Class<?> type) {
    return type.isPrimitive()
        || type == String.class
        || type == Boolean.class
        || Number.class.isAssignableFrom(type);
  }

  private static String known(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(value -> LENIENT.valueToTree(value).asString())
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Throwable cause(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? e : cause;
  }

  private static String unknownField(UnrecognizedPropertyException e) {
    List<String> known =
        e.getKnownPropertyIds() == null
            ? List.of()
            : e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
    String hint =
        NearestName.of(e.getPropertyName(), known)
            .map(name -> "did you mean \"" + name + "\"?")
            .orElse(
                known.isEmpty() ? "no field is known here" : "known: " + String.join(", ", known));
    return "unknown field \"%s\"; %s".formatted(shortened(path(e)), hint);
  }

  private static String unknownType(InvalidTypeIdException e) {
    var types = e.getBaseType().getRawClass().getAnnotation(JsonSubTypes.class);
    List<String> known =
        types == null
            ? List.of()
            : Arrays.stream(types.value()).map(JsonSubTypes.Type::name).sorted().toList();
    String what =
        e.getTypeId() == null
            ? "no type"
            : "the unknown type \"%s\"".formatted(shortened(e.getTypeId()));
    return "%s has %s; known: %s".formatted(field(e), what, String.join(", ", known));
  }

  private static String field(DatabindException e) {
    String path = path(e);
    return path.isEmpty() ? "the body" : "\"" + path + "\"";
  }

  private static String path(DatabindException e) {
    var path = new StringBuilder();
    for (var step : e.getPath()) {
      if (step.getPropertyName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return shortened(path);
  }

  private static String kind(Class<?> type) {
    if (type == String.class) {
      return "text";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    } else if (Iterable.class.isAssignableFrom(type)) {
      return "a list";
    }
    return "an object";
  }

  private static String shortened(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  private static final class Millis extends StdSerializer<Instant> {

    private static final DateTimeFormatter FORMAT =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    Millis() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator json, SerializationContext context) {
      json.writeString(FORMAT.format(value));
    }
  }
}
