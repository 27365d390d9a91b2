package dev.millrace.events;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.node.ObjectNode;

/**
 * A message of a catalog while it is read as a part of something else, with {@link #reader}. If its
 * type and version come first, as {@link Catalog#wire} writes them, it is read as it comes.
 */
@JsonDeserialize(using = Message.Reader.class)
record Message(Object body) {

  /** Reads values of the type; the messages in them are of the catalog. */
  static ObjectReader reader(Catalog<?> catalog, Class<?> type) {
    return Json.mapper().readerFor(type).withAttribute(Catalog.class, catalog);
  }

  /**
   * Reads an object with a reader of this type.
   *
   * @param lacking what to say of anything that is no object
   * @throws UnreadableException if it cannot be read
   */
  static <T> T read(ObjectReader reader, Class<T> type, byte[] json, String lacking) {
    try (JsonParser parser = reader.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableException(lacking, null);
      }
      Object value = reader.readValue(parser);
      return type.cast(value);
    } catch (JacksonException e) {
      throw e.getCause() instanceof UnreadableException inside
          ? inside
          : new UnreadableException(Json.why(e), e);
    }
  }

  static final class Reader extends StdDeserializer<Message> {
    private static final String LACKING = "a message has a type (text) and a v (number)";

    Reader() {
      super(Message.class);
    }

    @Override
    public Message deserialize(JsonParser json, DeserializationContext context) {
      if (!(context.getAttribute(Catalog.class) instanceof Catalog<?> catalog)) {
        throw new IllegalStateException("messages are read with the reader of their catalog");
      }
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new UnreadableException(LACKING, null);
      }
      if (!"type".equals(json.nextName())) {
        return inAnyOrder(catalog, rest(json, context), context);
      }
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw new UnreadableException(LACKING, null);
      }
      String type = json.getString();
      if (!"v".equals(json.nextName())) {
        return inAnyOrder(catalog, rest(json, context).put("type", type), context);
      }
      if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new UnreadableException(LACKING, null);
      }
      var entry = catalog.entry(type, json.getIntValue());
      json.nextToken();
      return body(entry, () -> context.readValue(json, entry.body()));
    }

    /** No message is {@code null}. */
    @Override
    public Object getNullValue(DeserializationContext context) {
      throw new UnreadableException(LACKING, null);
    }

    /** Whoever has the message says what else is missing beside it. */
    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return null;
    }

    private static ObjectNode rest(JsonParser json, DeserializationContext context) {
      return (ObjectNode) context.readTree(json);
    }

    private static Message inAnyOrder(
        Catalog<?> catalog, ObjectNode object, DeserializationContext context) {
      JsonNode type = object.get("type");
      JsonNode version = object.get("v");
      if (type == null || !type.isString() || version == null || !version.isInt()) {
        throw new UnreadableException(LACKING, null);
      }
      var entry = catalog.entry(type.stringValue(), version.intValue());
      return body(entry, () -> context.readTreeAsValue(object, entry.body()));
    }

    private static Message body(Catalog.Entry<?> entry, Supplier<Object> read) {
      try {
        return new Message(Complete.check(read.get()));
      } catch (UnreadableException e) {
        throw new UnreadableException(entry.type() + ": " + e.getMessage(), e);
      } catch (DatabindException e) {
        throw new UnreadableException(entry.type() + ": " + Json.why(e), e);
      }
    }
  }
}
