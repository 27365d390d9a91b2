package dev.millrace.datamanager;

import dev.millrace.storage.objects.Durability;
import dev.millrace.storage.objects.ForwardingStore;
import dev.millrace.storage.objects.ObjectStore;
import dev.millrace.storage.objects.ObjectStoreException;
import java.io.InputStream;

/** A store that cannot be reached now and then. */
final class AwayStore extends ForwardingStore {
  boolean away;
  int tries;

  AwayStore(ObjectStore store) {
    super(store);
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    tries++;
    if (away) {
      throw new ObjectStoreException("the store is away", null);
    }
    super.write(path, body, size, durability);
  }
}
