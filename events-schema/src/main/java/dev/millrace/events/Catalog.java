package dev.millrace.events;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.util.NameTransformer;

/**
 * The wire names of a family of messages. A message is a JSON object of {@code type}, {@code v} and
 * its plain fields. Lines are only ever added to a catalog; a changed meaning is a new version.
 */
public final class Catalog<T> {
  private final Map<Class<?>, Entry<? extends T>> byClass = new LinkedHashMap<>();
  private final SequencedMap<String, Entry<? extends T>> byName = new LinkedHashMap<>();

  /**
   * One line.
   *
   * @param since the first language (see design, rule 13) that has it
   */
  public record Entry<T>(String type, int version, int since, Class<T> body) {}

  /** Adds a line; for use while the catalog is built, by one thread. */
  public <M extends T> Catalog<T> add(String type, int version, int since, Class<M> body) {
    var entry = new Entry<>(type, version, since, body);
    if (byName.put(type + "/" + version, entry) != null || byClass.put(body, entry) != null) {
      throw new IllegalArgumentException(type + "/" + version + " is there already");
    }
    return this;
  }

  /** All lines, in the order in which they were added. */
  public Iterable<Entry<? extends T>> entries() {
    return List.copyOf(byName.values());
  }

  /** The line of a message. */
  public Entry<? extends T> entry(T message) {
    Entry<? extends T> entry = byClass.get(message.getClass());
    if (entry == null) {
      throw new IllegalArgumentException(message.getClass() + " is not in the catalog");
    }
    return entry;
  }

  /** What is written for a message; a value for {@link Json}. */
  public Object wire(T message) {
    var entry = entry(message);
    return new Wire(entry.type(), entry.version(), message);
  }

  /**
   * The line of a type and version.
   *
   * @throws UnreadableException if there is none
   */
  Entry<? extends T> entry(String type, int version) {
    var entry = byName.get(type + "/" + version);
    if (entry == null) {
      throw new UnreadableException("unknown type %s, version %d".formatted(type, version), null);
    }
    return entry;
  }

  /** What was read with {@link Message#reader} for this catalog. */
  @SuppressWarnings("unchecked") // all that is added is a T
  T body(Message read) {
    return (T) read.body();
  }

  @JsonSerialize(using = WireSerializer.class)
  private record Wire(String type, int v, Object message) {}

  /** Type and version, then the fields of the message, in one object. */
  private static final class WireSerializer extends StdSerializer<Wire> {
    // Jackson's own unwrapping remembers serializers of eight classes and builds any other anew.
    private static final Map<Class<?>, ValueSerializer<Object>> FIELDS = new ConcurrentHashMap<>();

    WireSerializer() {
      super(Wire.class);
    }

    @Override
    public void serialize(Wire value, JsonGenerator json, SerializationContext context) {
      ValueSerializer<Object> fields =
          FIELDS.computeIfAbsent(
              value.message().getClass(),
              type -> context.findValueSerializer(type).unwrappingSerializer(NameTransformer.NOP));
      json.writeStartObject();
      json.writeStringProperty("type", value.type());
      json.writeNumberProperty("v", value.v());
      fields.serialize(value.message(), json, context);
      json.writeEndObject();
    }
  }
}
