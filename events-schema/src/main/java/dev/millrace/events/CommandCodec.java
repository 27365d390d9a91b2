package dev.millrace.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/** Commands of one family to and from the bytes of a record. */
public final class CommandCodec<C> {
  private static final String LACKING = "a command has an id, made, actor and command";

  private final Catalog<C> catalog;
  private final ObjectReader reader;

  public CommandCodec(Catalog<C> catalog) {
    this.catalog = catalog;
    this.reader = Message.reader(catalog, Read.class);
  }

  /**
   * Writes a command.
   *
   * @throws UnreadableException if something is missing that it needs: nobody could read it
   */
  public byte[] write(Command<? extends C> command) {
    Complete.check(command);
    return Json.write(
        new Wire(
            command.id(),
            command.made(),
            command.actor(),
            command.waited() ? true : null,
            command.expectedRevision(),
            catalog.wire(command.body())));
  }

  /**
   * Reads a command.
   *
   * @throws UnreadableException if the bytes are not a command of this family
   */
  public Command<C> read(byte[] json) {
    Read read = Message.read(reader, Read.class, json, LACKING);
    if (read.id() == null
        || read.made() == null
        || read.actor() == null
        || read.command() == null) {
      throw new UnreadableException(LACKING, null);
    }
    return new Command<>(
        read.id(),
        read.made(),
        Complete.check(read.actor()),
        Boolean.TRUE.equals(read.waited()),
        read.expectedRevision(),
        catalog.body(read.command()));
  }

  private record Read(
      @Nullable CommandId id,
      @Nullable Instant made,
      @Nullable Actor actor,
      @Nullable Boolean waited,
      @Nullable Long expectedRevision,
      @Nullable Message command) {}

  private record Wire(
      CommandId id,
      Instant made,
      Actor actor,
      @Nullable Boolean waited,
      @Nullable Long expectedRevision,
      Object command) {}
}
