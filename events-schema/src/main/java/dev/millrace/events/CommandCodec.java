package dev.millrace.events;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Commands of one family to and from the bytes of a record. */
public final class CommandCodec<C> {
  private final Catalog<C> catalog;

  public CommandCodec(Catalog<C> catalog) {
    this.catalog = catalog;
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
    try {
      JsonNode node = Json.mapper().readTree(json);
      JsonNode body = node == null ? null : node.get("command");
      if (node == null || body == null) {
        throw new UnreadableException("a command has an id, made, actor and command", null);
      }
      var head = Json.mapper().treeToValue(node, Head.class);
      if (head.id() == null || head.made() == null || head.actor() == null) {
        throw new UnreadableException("a command has an id, made, actor and command", null);
      }
      return new Command<>(
          head.id(),
          head.made(),
          Complete.check(head.actor()),
          Boolean.TRUE.equals(head.waited()),
          head.expectedRevision(),
          catalog.read(body));
    } catch (JacksonException e) {
      throw new UnreadableException(Json.why(e), e);
    }
  }

  private record Head(
      @Nullable CommandId id,
      @Nullable Instant made,
      @Nullable Actor actor,
      @Nullable Boolean waited,
      @Nullable Long expectedRevision) {}

  private record Wire(
      CommandId id,
      Instant made,
      Actor actor,
      @Nullable Boolean waited,
      @Nullable Long expectedRevision,
      Object command) {}
}
