package dev.millrace.forges;

import dev.millrace.forges.HostedRepositories.NoSuchRepositoryException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.util.List;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.BundleWriter;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TransportBundleStream;
import org.eclipse.jgit.transport.URIish;

/** Hosted repositories as git bundles: one file with all that its branches and tags need. */
public final class Bundles {
  private static final List<RefSpec> ALL =
      List.of(
          new RefSpec("+" + HostedRepositories.BRANCHES + "*:" + HostedRepositories.BRANCHES + "*"),
          new RefSpec("+" + HostedRepositories.TAGS + "*:" + HostedRepositories.TAGS + "*"));

  private final HostedRepositories repositories;

  public Bundles(HostedRepositories repositories) {
    this.repositories = repositories;
  }

  /** Writes all of a repository; nothing, if nothing was ever pushed, or it is not there. */
  public void write(String id, OutputStream to) throws IOException {
    try (var repository = repositories.open(id)) {
      List<Ref> refs =
          repository
              .getRefDatabase()
              .getRefsByPrefix(HostedRepositories.BRANCHES, HostedRepositories.TAGS);
      if (!refs.isEmpty()) {
        var writer = new BundleWriter(repository);
        refs.forEach(writer::include);
        writer.writeBundle(NullProgressMonitor.INSTANCE, to);
      }
    } catch (NoSuchRepositoryException _) {
      return; // deleted meanwhile
    }
  }

  /**
   * Makes the repository, if it is not there, and puts into it what was written.
   *
   * @throws IOException also if it is not what was written
   */
  public void read(String id, InputStream from) throws IOException {
    repositories.create(id);
    try (var repository = repositories.open(id);
        var bundle = new TransportBundleStream(repository, new URIish("bundle:"), from)) {
      bundle.fetch(NullProgressMonitor.INSTANCE, ALL);
    } catch (TransportException | NotSupportedException | URISyntaxException e) {
      throw new IOException(
          "the bundle of repository %s cannot be read: %s".formatted(id, e.getMessage()), e);
    }
  }
}
