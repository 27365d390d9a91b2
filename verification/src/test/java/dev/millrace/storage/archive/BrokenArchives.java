package dev.millrace.storage.archive;

import dev.millrace.storage.entries.EntryFileInfo;
import dev.millrace.storage.entries.EntryWriter;
import dev.millrace.storage.objects.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Archives that are not written as they should be. */
public final class BrokenArchives {
  private BrokenArchives() {}

  /** One whose merged files take the place of all that are there by then. */
  public static ArchiveWriter writerThatDropsWhatWasAdded(
      Archive archive, ObjectStore objects, EntryWriter files, long full, LongSupplier nanos) {
    return new ArchiveWriter(archive, objects, files, full, nanos) {
      @Override
      @Nullable Contents replaced(
          Contents now, Contents read, List<EntryFileInfo> old, List<ArchivedFile> merged) {
        int at = now.files().indexOf(old.getFirst());
        if (at < 0) {
          return null;
        }
        List<ArchivedFile> all = new ArrayList<>(now.archived().subList(0, at));
        all.addAll(merged);
        return new Contents(all, now.positions(), now.erasures(), now.horizon(), now.tidied());
      }
    };
  }
}
