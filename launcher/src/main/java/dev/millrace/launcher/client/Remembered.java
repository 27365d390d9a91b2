package dev.millrace.launcher.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.http.Seen;
import dev.millrace.launcher.PrivateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this client has seen of the ledgers: in memory while a command lasts, in a file from one to
 * the next, for each token that it has signed in with. The file is of help only: what cannot be
 * read or written is as if nothing had been seen. Any thread.
 */
public final class Remembered {
  private static final int MOST = 16; // tokens

  private final Path file;
  private final String key;
  private final Seen before;
  private Seen now;

  /** What the file says. */
  public Remembered(Path file, String token) {
    this.file = file;
    this.key = key(token);
    this.before = read().getOrDefault(key, Seen.NOTHING);
    this.now = before;
  }

  // The same token is good at all servers of an installation, and at no other installation.
  private static String key(String token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  synchronized Seen seen() {
    return now;
  }

  synchronized void saw(Seen more) {
    now = now.and(more);
  }

  /** Writes what is new to the file, beside what other commands have written meanwhile. */
  synchronized void save() {
    if (now.equals(before)) {
      return;
    }
    Map<String, Seen> all = new LinkedHashMap<>();
    Map<String, Seen> there = read();
    all.put(key, now.and(there.getOrDefault(key, Seen.NOTHING)));
    there.forEach(all::putIfAbsent);
    String text =
        all.entrySet().stream()
            .limit(MOST)
            .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
            .collect(Collectors.joining());
    try {
      PrivateFile.write(file, text.getBytes(UTF_8));
    } catch (IOException _) {
      // The next command may be told a little less; this one has done what it should.
    }
  }

  /** The latest first. */
  private Map<String, Seen> read() {
    Map<String, Seen> all = new LinkedHashMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : lines.toList()) {
        int space = line.indexOf(' ');
        all.put(line.substring(0, Math.max(space, 0)), Seen.parse(line.substring(space + 1)));
      }
      return all;
    } catch (IOException | UncheckedIOException | IllegalArgumentException _) {
      return Map.of(); // there is none, or it is damaged and will be written anew
    }
  }
}
