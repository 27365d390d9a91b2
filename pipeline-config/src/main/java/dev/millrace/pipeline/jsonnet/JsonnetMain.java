package dev.millrace.pipeline.jsonnet;

import dev.millrace.pipeline.jsonnet.JsonnetProgram.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import scala.Option;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.util.Either;
import sjsonnet.DefaultParseCache;
import sjsonnet.Importer;
import sjsonnet.Interpreter;
import sjsonnet.Path;
import sjsonnet.Renderer;
import sjsonnet.ResolvedFile;
import sjsonnet.Settings;
import sjsonnet.Std;

/**
 * The child: reads one program from standard input, writes one answer to standard output. It has no
 * time limit of its own, the parent has.
 */
final class JsonnetMain {
  private static final long STACK = 1024 * 1024;

  private JsonnetMain() {}

  public static void main(String[] args) throws Exception {
    int limit = Integer.parseInt(args[0]);
    PrintStream out = System.out;
    Thread worker = new Thread(null, () -> work(limit, out), "jsonnet", STACK);
    worker.start();
    worker.join();
    // Threads or hooks of a library must not keep it alive.
    Runtime.getRuntime().halt(0);
  }

  private static void work(int limit, PrintStream out) {
    // What loading classes takes on a busy machine is not the program's fault, so its time starts
    // after this.
    answer(
        new JsonnetProgram("", "{}", "{a: 1}"),
        limit,
        new PrintStream(OutputStream.nullOutputStream()));
    out.write(JsonnetProgram.READY);
    out.flush();
    try {
      answer(JsonnetProgram.read(System.in), limit, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void answer(JsonnetProgram program, int limit, PrintStream out) {
    try {
      StringWriter json = new StringWriter();
      Either<String, Writer> result =
          interpreter(program)
              .interpret0(
                  program.source(),
                  new ProgramPath(program.file(), program.source()),
                  new Renderer(new Bounded(json, limit), -1));
      if (result.isLeft()) {
        String message = result.swap().toOption().get();
        tell(out, wrong(message), message);
      } else {
        tell(out, Kind.VALUE, json.toString());
      }
    } catch (TooLarge e) {
      tell(out, Kind.TOO_LARGE, "");
    } catch (StackOverflowError e) {
      tell(out, Kind.TOO_DEEP, "");
    } catch (OutOfMemoryError e) {
      tell(out, Kind.OUT_OF_MEMORY, "");
    } catch (LinkageError e) {
      tell(
          out,
          Kind.WRONG,
          "a function of the standard library is used that does not exist here, such as"
              + " std.parseYaml");
    } catch (RuntimeException e) {
      tell(out, Kind.WRONG, String.valueOf(e.getMessage()));
    }
  }

  /** The library catches what its own frames throw, errors of the machine included. */
  private static Kind wrong(String message) {
    if (message.contains("java.lang.StackOverflowError")
        || message.contains("Stackoverflow while")) {
      return Kind.TOO_DEEP;
    } else if (message.contains(TooLarge.class.getName())) {
      return Kind.TOO_LARGE;
    }
    return message.contains("java.lang.OutOfMemoryError") ? Kind.OUT_OF_MEMORY : Kind.WRONG;
  }

  private static void tell(PrintStream out, Kind kind, String text) {
    out.write(kind.code);
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static Interpreter interpreter(JsonnetProgram program) {
    Map<String, String> none = Map$.MODULE$.empty();
    return new Interpreter(
        none,
        new Map.Map1<>("ctx", program.context()),
        new ProgramPath("", ""),
        new NoImports(),
        new DefaultParseCache(),
        new Settings(false, false, false, false, false, false),
        null,
        null,
        new Std().Std());
  }

  private static final class NoImports extends Importer {
    @Override
    public Option<Path> resolve(Path from, String name) {
      return Option.empty();
    }

    @Override
    public Option<ResolvedFile> read(Path path) {
      return Option.empty();
    }
  }

  /** The result is too large; unchecked, since it has to get through the library. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Bounded extends Writer {
    private final StringWriter to;
    private int left;

    Bounded(StringWriter to, int limit) {
      this.to = to;
      this.left = limit;
    }

    @Override
    public void write(char[] chars, int from, int count) {
      left -= count;
      if (left < 0) {
        throw new TooLarge();
      }
      to.write(chars, from, count);
    }

    @Override
    public void flush() {}

    @Override
    public void close() throws IOException {
      to.close();
    }
  }
}
