package dev.millrace.pipeline.jsonnet;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The class path of the child: only what evaluating needs. SnakeYAML has to stay off it, since
 * {@code std.parseYaml} would make objects of any class with it.
 */
final class ChildClassPath {
  /** One class of each archive. */
  private static final List<String> NEEDED =
      List.of(
          JsonnetMain.class.getName(),
          "sjsonnet.Interpreter",
          "scala.Option",
          "fastparse.Parsed",
          "sourcecode.Name",
          "geny.Writable",
          "fansi.Str",
          "pprint.PPrinter",
          "ujson.Value",
          "upickle.core.Visitor",
          "scalatags.Escaping",
          "scala.collection.compat.package",
          "os.Path",
          "org.tukaani.xz.FilterOptions",
          "net.jpountz.lz4.LZ4Factory",
          "org.jspecify.annotations.Nullable");

  private static final String TEXT = find();

  private ChildClassPath() {}

  static String text() {
    return TEXT;
  }

  private static String find() {
    Set<String> archives = new LinkedHashSet<>();
    for (String name : NEEDED) {
      archives.add(archiveOf(name));
    }
    return String.join(System.getProperty("path.separator", ":"), archives);
  }

  private static String archiveOf(String className) {
    try {
      CodeSource source =
          Class.forName(className, false, ChildClassPath.class.getClassLoader())
              .getProtectionDomain()
              .getCodeSource();
      return Path.of(source.getLocation().toURI()).toString();
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IllegalStateException("not on the class path: " + className, e);
    }
  }
}
