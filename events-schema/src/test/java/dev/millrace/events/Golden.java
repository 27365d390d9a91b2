package dev.millrace.events;

import dev.millrace.events.config.ConfigCatalog;
import dev.millrace.events.run.Assignment;
import dev.millrace.events.run.ExecutorStatus;
import dev.millrace.events.run.RunCatalog;
import dev.millrace.events.run.RunEvent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** The records that golden files hold: what each is, how it is written and read. */
record Golden<R>(
    Topics.Topic topic,
    String name,
    R record,
    Function<R, byte[]> writer,
    Function<byte[], R> reader) {

  byte[] bytes() {
    return writer.apply(record);
  }

  R read(byte[] json) {
    return reader.apply(json);
  }

  /** Read and written again. */
  byte[] again(byte[] json) {
    return writer.apply(reader.apply(json));
  }

  /** Where the file is, below the folder of golden files. */
  String path() {
    return topic + "/" + name + ".json";
  }

  @Override
  public String toString() {
    return path();
  }

  static Stream<Golden<?>> all() {
    return Stream.of(
            commands(Topics.RUN_COMMANDS, RunCatalog.COMMANDS, Samples.RUN_COMMANDS),
            events(Topics.RUN_EVENTS, RunCatalog.EVENTS, Samples.RUN_EVENTS),
            commands(Topics.CONFIG_COMMANDS, ConfigCatalog.COMMANDS, Samples.CONFIG_COMMANDS),
            events(Topics.CONFIG_EVENTS, ConfigCatalog.EVENTS, Samples.CONFIG_EVENTS),
            protocol(),
            plain(Topics.ASSIGNMENTS, Samples.ASSIGNMENTS, Assignment.class),
            plain(Topics.EXECUTOR_STATUS, Map.of("status", Samples.STATUS), ExecutorStatus.class),
            plain(Topics.INCOMING_DELIVERIES, Samples.DELIVERIES, Delivery.class))
        .flatMap(s -> s);
  }

  private static <C> Stream<Golden<?>> commands(
      Topics.Topic topic, Catalog<C> catalog, List<C> samples) {
    var codec = new CommandCodec<>(catalog);
    return samples.stream()
        .map(
            body ->
                new Golden<Command<C>>(
                    topic, name(catalog, body), Samples.command(body), codec::write, codec::read));
  }

  private static <E> Stream<Golden<?>> events(
      Topics.Topic topic, Catalog<E> catalog, List<E> samples) {
    var codec = new LedgerCodec<>(catalog);
    return samples.stream()
        .map(
            event ->
                new Golden<LedgerRecord<E>>(
                    topic,
                    name(catalog, event),
                    Samples.decided(event),
                    codec::write,
                    codec::read));
  }

  private static Stream<Golden<?>> protocol() {
    var codec = new LedgerCodec<>(RunCatalog.EVENTS);
    return Samples.PROTOCOL.entrySet().stream()
        .map(
            e ->
                new Golden<LedgerRecord<RunEvent>>(
                    Topics.RUN_EVENTS, "_" + e.getKey(), e.getValue(), codec::write, codec::read));
  }

  private static <R> Stream<Golden<?>> plain(
      Topics.Topic topic, Map<String, ?> samples, Class<R> type) {
    return samples.entrySet().stream()
        .map(
            e ->
                new Golden<>(
                    topic,
                    e.getKey(),
                    type.cast(e.getValue()),
                    Json::write,
                    json -> Json.read(json, type)));
  }

  private static <T> String name(Catalog<T> catalog, T message) {
    var entry = catalog.entry(message);
    return entry.type() + ".v" + entry.version();
  }

  /** The names of all messages in the catalogs, by topic. */
  static Map<Topics.Topic, List<String>> catalogued() {
    Map<Topics.Topic, List<String>> names = new LinkedHashMap<>();
    names.put(Topics.RUN_COMMANDS, names(RunCatalog.COMMANDS));
    names.put(Topics.RUN_EVENTS, names(RunCatalog.EVENTS));
    names.put(Topics.CONFIG_COMMANDS, names(ConfigCatalog.COMMANDS));
    names.put(Topics.CONFIG_EVENTS, names(ConfigCatalog.EVENTS));
    return names;
  }

  private static List<String> names(Catalog<?> catalog) {
    return Stream.of(catalog.entries())
        .flatMap(entries -> java.util.stream.StreamSupport.stream(entries.spliterator(), false))
        .map(entry -> entry.type() + ".v" + entry.version())
        .toList();
  }
}
