package dev.millrace.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * The JSON that Millrace writes: snake_case names, times as UTC ISO-8601 with milliseconds,
 * durations as ISO-8601, absent instead of null. Reading ignores unknown fields; an absent list or
 * map is empty, an absent truth value false, and nothing else that a message needs may be absent.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              old -> old.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .addModule(
              new SimpleModule("millrace") {
                @Override
                public void setupModule(SetupContext context) {
                  super.setupModule(context);
                  context.addValueInstantiators(new RecordConstructors());
                }
              }.addSerializer(new TimeWriter())
                  .addDeserializer(Instant.class, new TimeReader())
                  .addDeserializer(boolean.class, new AbsentIsEmpty.Truth())
                  .setDeserializerModifier(new AbsentIsEmpty()))
          .build();

  // What the library says of a source that it does not know: (start marker at [Source: …])
  private static final Pattern SOURCE = Pattern.compile(" \\([^()\\[]*\\[Source[^]]*\\]\\)");

  private Json() {}

  /** What is wrong with the JSON, in the words of the library that read it. */
  public static String why(JacksonException e) {
    return SOURCE.matcher(e.getOriginalMessage()).replaceAll("");
  }

  /** The mapper; configured once, never changed. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The name on the wire of a component of a record: {@code fooBar} is {@code foo_bar}. */
  static String fieldName(String component) {
    return component.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  /** The value as JSON in UTF-8. */
  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /**
   * Reads a value.
   *
   * @throws UnreadableException if it is not JSON, or not of this type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new UnreadableException("null where a " + type.getSimpleName() + " should be", null);
      }
      return Complete.check(value);
    } catch (JacksonException e) {
      throw new UnreadableException(why(e), e);
    }
  }

  private static final class TimeWriter extends StdSerializer<Instant> {
    TimeWriter() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator json, SerializationContext context) {
      json.writeString(Times.write(value));
    }
  }

  private static final class TimeReader extends StdScalarDeserializer<Instant> {
    TimeReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser json, DeserializationContext context) {
      String text = json.getValueAsString("");
      try {
        return Times.read(text);
      } catch (DateTimeException e) {
        throw context.weirdStringException(text, Instant.class, "no time: " + e.getMessage());
      }
    }
  }
}
