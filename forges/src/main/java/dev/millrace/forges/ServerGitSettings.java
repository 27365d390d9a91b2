package dev.millrace.forges;

import java.io.File;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JGit to what is in the repositories: no configuration of the machine or of a user, no GIT_
 * variables, no home directory, nothing written outside.
 */
final class ServerGitSettings extends SystemReader.Delegate {

  private static final class Holder {
    static final ServerGitSettings INSTANCE = new ServerGitSettings(SystemReader.getInstance());
  }

  private ServerGitSettings(SystemReader system) {
    super(system);
    setPlatformChecker();
  }

  /** Makes it so for this process. */
  static void apply() {
    if (SystemReader.getInstance() != Holder.INSTANCE) {
      SystemReader.setInstance(Holder.INSTANCE);
      // Measuring the clock of a file system takes seconds: nobody is to wait for that.
      FS.FileStoreAttributes.setBackground(true);
    }
  }

  @Override
  public @Nullable String getenv(String name) {
    return name.startsWith("GIT_") || name.startsWith("XDG_") ? null : super.getenv(name);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  /** Packing goes on within the push that made it necessary: nobody else would wait for its end. */
  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    var settings = new Nothing(parent, fs);
    settings.setBoolean("gc", null, "autodetach", false);
    return settings;
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  private static final class Nothing extends FileBasedConfig {

    Nothing(@Nullable Config parent, FS fs) {
      super(parent, new File("nothing"), fs);
    }

    @Override
    public void load() {
      // there is nothing to read
    }

    @Override
    public void save() {
      // what JGit finds out about the machine is found out again at the next start
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
