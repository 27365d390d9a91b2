package dev.millrace.datamanager.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * What belongs to an installation beside what its object storage has, as its repositories. Any
 * thread; calls block.
 */
public interface Extras {
  /** Nothing does. */
  Extras NONE =
      new Extras() {
        @Override
        public List<String> names() {
          return List.of();
        }

        @Override
        public void write(String name, OutputStream to) {
          throw new IllegalArgumentException(name);
        }

        @Override
        public void read(String name, InputStream from) throws IOException {
          throw new IOException("nobody here knows what %s is".formatted(name));
        }
      };

  /** The names of its parts, as file names with folders. */
  List<String> names() throws IOException;

  /** Writes a part; nothing, if it is not there any more. */
  void write(String name, OutputStream to) throws IOException;

  /** Puts in a part that was written. */
  void read(String name, InputStream from) throws IOException;
}
