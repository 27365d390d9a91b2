package dev.millrace.pipeline;

import java.util.List;

/**
 * A configuration file as it was found in a repository.
 *
 * @param name its path in the repository, one of {@link #NAMES}; its ending says how it is read
 */
public record ConfigFile(String name, byte[] bytes) {
  /** Where a repository keeps its configuration. The first one that exists counts. */
  public static final List<String> NAMES =
      List.of(".millrace/config.jsonnet", ".millrace/config.json", ".millrace/config.yml");

  /** A larger file is refused; so one need not be fetched further than this and a byte more. */
  public static final int MAX_BYTES = 256 * 1024;
}
