package dev.millrace.launcher.server;

import dev.millrace.datamanager.transfer.Extras;
import dev.millrace.forges.Bundles;
import dev.millrace.forges.HostedRepositories;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** The hosted repositories in an export: each is a git bundle. */
final class RepositoryBundles implements Extras {
  private static final String FOLDER = "repositories/";
  private static final String ENDING = ".bundle";

  private final HostedRepositories repositories;
  private final Bundles bundles;

  RepositoryBundles(HostedRepositories repositories) {
    this.repositories = repositories;
    this.bundles = new Bundles(repositories);
  }

  @Override
  public List<String> names() throws IOException {
    return repositories.ids().stream().map(id -> FOLDER + id + ENDING).toList();
  }

  @Override
  public void write(String name, OutputStream to) throws IOException {
    bundles.write(id(name), to);
  }

  @Override
  public void read(String name, InputStream from) throws IOException {
    bundles.read(id(name), from);
  }

  private static String id(String name) throws IOException {
    if (!name.startsWith(FOLDER) || !name.endsWith(ENDING)) {
      throw new IOException("nobody here knows what %s is".formatted(name));
    }
    return name.substring(FOLDER.length(), name.length() - ENDING.length());
  }
}
