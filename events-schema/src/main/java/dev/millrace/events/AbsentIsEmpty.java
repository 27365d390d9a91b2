package dev.millrace.events;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

/** Reads a list or map that is absent as empty, and a truth value that is absent as false. */
final class AbsentIsEmpty extends ValueDeserializerModifier {
  private static final long serialVersionUID = 1;

  @Override
  public ValueDeserializer<?> modifyCollectionDeserializer(
      DeserializationConfig config,
      CollectionType type,
      BeanDescription.Supplier description,
      ValueDeserializer<?> deserializer) {
    return new Empty(deserializer);
  }

  @Override
  public ValueDeserializer<?> modifyMapDeserializer(
      DeserializationConfig config,
      MapType type,
      BeanDescription.Supplier description,
      ValueDeserializer<?> deserializer) {
    return new Empty(deserializer);
  }

  private static final class Empty extends DelegatingDeserializer {
    Empty(ValueDeserializer<?> delegate) {
      super(delegate);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
      return new Empty(delegate);
    }

    @Override
    public @Nullable Object getAbsentValue(DeserializationContext context) {
      return _delegatee.getEmptyValue(context);
    }

    @Override
    public @Nullable Object getNullValue(DeserializationContext context) {
      return _delegatee.getEmptyValue(context);
    }
  }

  /** For {@code boolean}: true, false, or absent; nothing else. */
  static final class Truth extends StdScalarDeserializer<Boolean> {
    Truth() {
      super(boolean.class);
    }

    @Override
    public Boolean deserialize(JsonParser json, DeserializationContext context) {
      JsonToken token = json.currentToken();
      if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
        return context.reportInputMismatch(this, "true or false is wanted here");
      }
      return token == JsonToken.VALUE_TRUE;
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
      return false;
    }

    @Override
    public Object getNullValue(DeserializationContext context) {
      return false;
    }
  }
}
