package dev.millrace.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 with the core schema, within bounds. The library has none for depth, so the events
 * are counted before anything is built from them.
 */
final class YamlReader {
  private static final int MAX_ALIASES = 20;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new CoreSchema())
          .setCodePointLimit(ConfigFile.MAX_BYTES)
          .setMaxAliasesForCollections(MAX_ALIASES)
          .setAllowDuplicateKeys(true) // found here instead, all of them
          .setUseMarks(true)
          .build();

  private final Problems problems;
  private final Budget budget = new Budget();
  private final Set<org.snakeyaml.engine.v2.nodes.Node> open =
      Collections.newSetFromMap(new IdentityHashMap<>());

  private YamlReader(Problems problems) {
    this.problems = problems;
  }

  /** The one document of the file; null if there is none. */
  static @Nullable Node read(String text, Problems problems) throws Unreadable {
    try {
      checkBounds(text);
      Optional<org.snakeyaml.engine.v2.nodes.Node> root = new Compose(SETTINGS).composeString(text);
      return root.isEmpty() ? null : new YamlReader(problems).convert(root.get(), Spot.START);
    } catch (MarkedYamlEngineException e) {
      String context =
          e.getContext() == null || e.getContext().isBlank() ? "" : e.getContext() + ": ";
      throw new Unreadable(
          spot(e.getProblemMark().or(e::getContextMark), ""),
          "not YAML: " + context + e.getProblem());
    } catch (ReaderException e) {
      throw new Unreadable(
          Spot.START, "the character U+%04X may not stand in YAML".formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      throw new Unreadable(Spot.START, "not YAML: " + e.getMessage());
    }
  }

  private static void checkBounds(String text) throws Unreadable {
    int depth = 0;
    int aliases = 0;
    int documents = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case SequenceStart, MappingStart -> {
          if (++depth > Budget.MAX_DEPTH) {
            throw Budget.tooDeep(spot(event.getStartMark(), ""));
          }
        }
        case SequenceEnd, MappingEnd -> depth--;
        case Alias -> {
          if (++aliases > MAX_ALIASES) {
            throw new Unreadable(
                spot(event.getStartMark(), ""), "more than " + MAX_ALIASES + " aliases");
          }
        }
        case DocumentStart -> {
          if (++documents > 1) {
            throw new Unreadable(
                spot(event.getStartMark(), ""), "a second document: the file may hold only one");
          }
        }
        case Comment, DocumentEnd, Scalar, StreamEnd, StreamStart -> {}
      }
    }
  }

  private Node convert(org.snakeyaml.engine.v2.nodes.Node node, Spot at) throws Unreadable {
    Spot spot = spot(node.getStartMark(), at.path());
    budget.node(spot);
    if (!open.add(node)) {
      throw new Unreadable(spot, "contains itself through an alias");
    }
    try {
      return switch (node) {
        case ScalarNode scalar -> scalar(scalar, spot);
        case SequenceNode list -> list(list, spot);
        case MappingNode map -> map(map, spot);
        default -> throw new Unreadable(spot, "cannot be read");
      };
    } finally {
      open.remove(node);
    }
  }

  private Node list(SequenceNode list, Spot spot) throws Unreadable {
    checkTag(list.getTag(), Tag.SEQ, spot);
    List<Node> items = new ArrayList<>();
    for (org.snakeyaml.engine.v2.nodes.Node item : list.getValue()) {
      items.add(convert(item, spot.withPath(Spot.item(spot.path(), items.size()))));
    }
    return new Node.Listing(spot, List.copyOf(items));
  }

  private Node map(MappingNode map, Spot spot) throws Unreadable {
    checkTag(map.getTag(), Tag.MAP, spot);
    var fields = new LinkedHashMap<String, Node.Field>();
    for (NodeTuple tuple : map.getValue()) {
      Spot keySpot = spot(tuple.getKeyNode().getStartMark(), spot.path());
      if (!(tuple.getKeyNode() instanceof ScalarNode key) || key.getTag().equals(Tag.NULL)) {
        problems.add(keySpot, "the name of a field has to be text");
        continue;
      }
      String name = key.getValue();
      budget.text(keySpot, name);
      Spot nameSpot = keySpot.withPath(Spot.field(spot.path(), name));
      Node.Field field = new Node.Field(nameSpot, convert(tuple.getValueNode(), nameSpot));
      Node.Field first = fields.putIfAbsent(name, field);
      if (first != null) {
        problems.add(nameSpot, Fields.twice(name, first.name()));
      }
    }
    return new Node.Mapping(spot, Collections.unmodifiableSequencedMap(fields));
  }

  private Node scalar(ScalarNode scalar, Spot spot) throws Unreadable {
    budget.text(spot, scalar.getValue());
    Node.Kind kind = kind(scalar.getTag());
    if (kind == null) {
      problems.add(spot, "the tag " + Quote.cut(scalar.getTag().getValue()) + " is not known here");
      kind = Node.Kind.TEXT;
    }
    return new Node.Scalar(spot, kind, scalar.getValue());
  }

  private static Node.@Nullable Kind kind(Tag tag) {
    if (tag.equals(Tag.STR)) {
      return Node.Kind.TEXT;
    } else if (tag.equals(Tag.INT)) {
      return Node.Kind.INTEGER;
    } else if (tag.equals(Tag.FLOAT)) {
      return Node.Kind.DECIMAL;
    } else if (tag.equals(Tag.BOOL)) {
      return Node.Kind.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? Node.Kind.NULL : null;
  }

  private void checkTag(Tag tag, Tag expected, Spot spot) {
    if (!tag.equals(expected)) {
      problems.add(spot, "the tag " + Quote.cut(tag.getValue()) + " is not known here");
    }
  }

  private static Spot spot(Optional<Mark> mark, String path) {
    return mark.map(m -> new Spot(m.getLine() + 1, m.getColumn() + 1, path))
        .orElse(Spot.START.withPath(path));
  }
}
