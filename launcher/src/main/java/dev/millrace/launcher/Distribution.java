package dev.millrace.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.datamanager.transfer.Tar;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * The program as it lies in a folder: scripts, archives of classes, documentation. Packed, it is
 * the same to the byte whoever packs it, wherever and whenever.
 */
final class Distribution {
  /** Names the build that a packed program is of; caches of another one do not fit. */
  private static final String BUILD = "build";

  // 2020-01-01. Archives of zeroes make tar complain of an implausible time.
  private static final long MODIFIED = 1_577_836_800;
  private static final int NAME_LENGTH = 16;

  private final Path folder;

  private Distribution(Path folder) {
    this.folder = folder;
  }

  /**
   * The one in this folder.
   *
   * @throws Refused if there is none
   */
  static Distribution in(Path folder) {
    for (String needed : new String[] {"lib/launcher.jar", "bin/millrace", "libexec/launch"}) {
      if (!Files.isRegularFile(folder.resolve(needed))) {
        throw new Refused(
            Exit.UNREACHABLE,
            "this is not run from a distribution: there is no %s in %s".formatted(needed, folder));
      }
    }
    return new Distribution(folder);
  }

  Path folder() {
    return folder;
  }

  /**
   * Writes it as a compressed archive (tar, gzip) of one folder.
   *
   * @param name of that folder
   * @return the SHA-256 of what was written, in hexadecimal
   */
  String pack(String name, OutputStream to) throws IOException {
    SortedMap<String, Path> files = files();
    byte[] build = (identity(files) + "\n").getBytes(UTF_8);
    var digest = new DigestOutputStream(to, sha256());
    try (var out = new GZIPOutputStream(digest)) {
      for (var file : files.entrySet()) {
        write(name + "/" + file.getKey(), file.getValue(), out);
      }
      out.write(new Tar(name + "/" + BUILD, build.length, 0644, MODIFIED).write());
      out.write(build);
      out.write(new byte[Tar.padding(build.length) + 2 * Tar.BLOCK]);
    }
    return HexFormat.of().formatHex(digest.getMessageDigest().digest());
  }

  private static void write(String name, Path file, OutputStream out) throws IOException {
    int mode = Files.isExecutable(file) ? 0755 : 0644;
    long size = Files.size(file);
    out.write(new Tar(name, size, mode, MODIFIED).write());
    if (Files.copy(file, out) != size) {
      throw new IOException(file + " changes meanwhile");
    }
    out.write(new byte[Tar.padding(size)]);
  }

  /** By their names, without what this machine has added. */
  private SortedMap<String, Path> files() throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(file).toString();
        if (!isOfThisMachine(name)) {
          files.put(name, file);
        }
      }
    }
    return files;
  }

  private static boolean isOfThisMachine(String name) {
    return name.equals("built")
        || name.equals(BUILD)
        || name.matches("(server|client)[^/]*\\.(aot|jsa)(\\.new)?");
  }

  private static String identity(SortedMap<String, Path> files) throws IOException {
    MessageDigest digest = sha256();
    for (var file : files.entrySet()) {
      digest.update((file.getKey() + "\0" + Files.size(file.getValue()) + "\0").getBytes(UTF_8));
      try (var to = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
        Files.copy(file.getValue(), to);
      } catch (NoSuchFileException e) {
        throw new IOException(file.getKey() + " is removed meanwhile", e);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, NAME_LENGTH);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
