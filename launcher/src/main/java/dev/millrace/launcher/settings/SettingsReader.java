package dev.millrace.launcher.settings;

import dev.millrace.events.run.RunSpec.SetupError;
import dev.millrace.pipeline.Nearest;
import dev.millrace.pipeline.SettingsFile;
import dev.millrace.pipeline.SettingsFile.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads settings from where they are, and notes all that does not fit. */
final class SettingsReader {
  private static final String FILE = ".file";
  private static final String ENV = ".env";

  private final Map<String, String> variables;
  private final Values values = new Values();
  private final List<String> problems = new ArrayList<>();
  private final Set<Key<?>> given = new HashSet<>();

  SettingsReader(Map<String, String> variables) {
    this.variables = variables;
  }

  Values values() {
    return values;
  }

  List<String> problems() {
    return problems;
  }

  void read(Sources sources, Set<Role> roles) {
    Map<String, Setting> all = new LinkedHashMap<>();
    if (sources.file() != null) {
      ofFile(sources.file()).forEach(setting -> all.put(setting.key(), setting));
    }
    for (String assignment : sources.assignments()) {
      Setting setting = assigned(assignment);
      all.put(setting.key(), setting);
    }
    for (Key<?> key : Keys.ALL) {
      take(key, all);
    }
    all.values().forEach(this::unknown);
    for (Key<?> key : Keys.ALL) {
      complete(key, roles);
    }
  }

  private List<Setting> ofFile(Path path) {
    try {
      SettingsFile file = SettingsFile.read(path.toString(), Files.readAllBytes(path));
      for (SetupError error : file.errors()) {
        problems.add(error.place() + ": " + error.message());
      }
      return file.settings();
    } catch (NoSuchFileException _) {
      problems.add("there is no file " + path);
    } catch (IOException e) {
      problems.add("cannot read %s: %s".formatted(path, e.getMessage()));
    }
    return List.of();
  }

  private static Setting assigned(String assignment) {
    int equals = assignment.indexOf('=');
    String key = equals < 0 ? assignment : assignment.substring(0, equals);
    String text = equals < 0 ? "" : assignment.substring(equals + 1);
    List<String> texts = List.of(text.split(",", -1));
    return new Setting(key.strip(), texts, texts.size() > 1, "--set " + key.strip());
  }

  private <T> void take(Key<T> key, Map<String, Setting> all) {
    Setting setting = all.remove(key.name());
    if (!key.isSecret()) {
      if (setting != null) {
        given.add(key);
        parse(key, setting);
      }
      return;
    }
    if (setting != null) {
      problems.add(
          "%s: %s is a secret, which is not written here: {file: PATH} or {env: NAME}"
              .formatted(setting.place(), key.name()));
    }
    Setting file = all.remove(key.name() + FILE);
    Setting variable = all.remove(key.name() + ENV);
    if (setting != null || file != null || variable != null) {
      given.add(key);
    }
    if (file != null && variable != null) {
      problems.add(
          "%s: %s is either in a file or in a variable"
              .formatted(variable.place(), variable.key()));
    } else if (file != null) {
      secretFile(key, file);
    } else if (variable != null) {
      secretVariable(key, variable);
    }
  }

  private <T> void parse(Key<T> key, Setting setting) {
    if (setting.values().isEmpty() || (setting.list() && !key.type().list())) {
      misfit(key, setting, "a list of %d".formatted(setting.values().size()));
      return;
    }
    try {
      String shown = key.type().list() ? setting.values().toString() : setting.values().getFirst();
      values.put(key, key.type().reader().apply(setting.values()), shown);
    } catch (IllegalArgumentException _) {
      misfit(key, setting, "\"" + String.join(", ", setting.values()) + "\"");
    }
  }

  private void misfit(Key<?> key, Setting setting, String found) {
    problems.add(
        "%s: %s is %s, not %s".formatted(setting.place(), key.name(), key.type().what(), found));
  }

  private <T> void secretFile(Key<T> key, Setting setting) {
    Path file = Path.of(setting.values().isEmpty() ? "" : setting.values().getFirst());
    try {
      secret(key, setting, Files.readString(file).strip(), "{file: " + file + "}");
      values.readFrom(file);
    } catch (NoSuchFileException _) {
      problems.add("%s: there is no file %s".formatted(setting.place(), file));
    } catch (IOException e) {
      problems.add("%s: cannot read %s: %s".formatted(setting.place(), file, e.getMessage()));
    }
  }

  private <T> void secretVariable(Key<T> key, Setting setting) {
    String name = setting.values().isEmpty() ? "" : setting.values().getFirst();
    String value = variables.get(name);
    if (value == null) {
      problems.add("%s: the variable %s is not set".formatted(setting.place(), name));
    } else {
      secret(key, setting, value, "{env: " + name + "}");
    }
  }

  // What does not fit is not shown: it may be a secret all the same.
  private <T> void secret(Key<T> key, Setting setting, String text, String source) {
    try {
      values.put(key, key.type().reader().apply(List.of(text)), source);
    } catch (IllegalArgumentException _) {
      problems.add("%s: %s is empty there".formatted(setting.place(), key.name()));
    }
  }

  private void unknown(Setting setting) {
    String hint =
        Nearest.to(setting.key(), names().toList())
            .or(() -> nearestEnding(setting.key()))
            .map(near -> "did you mean " + near + "?")
            .orElse("millrace settings lists all there are");
    problems.add("%s: unknown setting %s; %s".formatted(setting.place(), setting.key(), hint));
  }

  private static Stream<String> names() {
    return Keys.ALL.stream()
        .flatMap(
            key ->
                key.isSecret()
                    ? Stream.of(key.name(), key.name() + FILE, key.name() + ENV)
                    : Stream.of(key.name()));
  }

  /** The last part may be right, and what is before it forgotten. */
  private static java.util.Optional<String> nearestEnding(String key) {
    return names().filter(name -> name.endsWith("." + key)).findFirst();
  }

  private <T> void complete(Key<T> key, Set<Role> roles) {
    if (values.has(key) || given.contains(key)) {
      return;
    }
    String fallback = key.fallback();
    if (fallback != null) {
      values.put(key, key.type().reader().apply(List.of(fallback)), fallback);
    } else {
      List<String> who =
          roles.stream().filter(key.needed()::contains).map(Role::word).sorted().toList();
      if (!who.isEmpty()) {
        problems.add(
            "%s is needed by %s: %s"
                .formatted(key.name(), String.join(", ", who), key.type().what()));
      }
    }
  }
}
