package dev.millrace.pipeline;

import dev.millrace.events.run.RunSpec.SetupError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of settings in YAML 1.2: a map of maps of values. Each value has a key, which is its path:
 * {@code kafka.user}. A key may be written as one, or as maps in one another.
 *
 * @param settings in the order of the file, none twice
 * @param errors whatever could not be taken, in the order of the file
 */
public record SettingsFile(List<Setting> settings, List<SetupError> errors) {
  public SettingsFile {
    settings = List.copyOf(settings);
    errors = List.copyOf(errors);
  }

  /**
   * A value.
   *
   * @param values its elements if it is a list, else the one
   * @param list whether it is a list
   * @param place where its name stands: {@code file:line:column}
   */
  public record Setting(String key, List<String> values, boolean list, String place) {
    public Setting {
      values = List.copyOf(values);
    }
  }

  /**
   * Reads the file. Never fails because of what is in it.
   *
   * @param name is named in errors
   */
  public static SettingsFile read(String name, byte[] bytes) {
    Problems problems = new Problems();
    Map<String, Flat> found = new LinkedHashMap<>();
    try {
      if (bytes.length > ConfigFile.MAX_BYTES) {
        throw new Unreadable(Spot.START, "the file is larger than 256 KiB");
      }
      Node root = YamlReader.read(PipelineConfig.decode(bytes), problems);
      if (root instanceof Node.Mapping map) {
        new SettingsFlattener(problems, found).flatten(map);
      } else if (root != null && !Fields.isNull(root)) {
        problems.add(root.spot(), Fields.expected("a map of settings", root));
      }
    } catch (Unreadable e) {
      problems.add(e.spot(), String.valueOf(e.getMessage()));
    }
    List<Setting> settings = new ArrayList<>();
    found.forEach(
        (key, flat) ->
            settings.add(
                new Setting(
                    key,
                    flat.values(),
                    flat.list(),
                    name + ":" + flat.name().line() + ":" + flat.name().column())));
    return new SettingsFile(settings, problems.inOrder(name, true));
  }

  /** A value under its path. */
  record Flat(Spot name, List<String> values, boolean list) {}
}
