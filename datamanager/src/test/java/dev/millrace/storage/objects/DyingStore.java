package dev.millrace.storage.objects;

import java.io.InputStream;

/**
 * Another store, until its process dies just before or just after one of its changes, or stalls.
 */
public final class DyingStore extends ForwardingStore {
  private int changesLeft = Integer.MAX_VALUE;
  private boolean changeIsMade;
  private Runnable stall = () -> {};

  /** The process is no more. */
  public static final class Died extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  public DyingStore(ObjectStore store) {
    super(store);
  }

  /** So many more changes are made; the next is the last, if it is made, and then none. */
  public void dieAfter(int changes, boolean lastIsMade) {
    changesLeft = changes;
    changeIsMade = lastIsMade;
  }

  /** Something else happens just before the next object that may not replace another. */
  public void beforeNextGeneration(Runnable meanwhile) {
    stall = meanwhile;
  }

  private void change(Runnable change) {
    if (changesLeft > 0) {
      changesLeft--;
      change.run();
      return;
    }
    if (changesLeft == 0 && changeIsMade) {
      changesLeft--;
      change.run();
    }
    throw new Died();
  }

  @Override
  public void write(String path, InputStream body, long size, Durability durability) {
    change(() -> super.write(path, body, size, durability));
  }

  @Override
  public boolean writeIfAbsent(String path, InputStream body, long size, Durability durability) {
    Runnable meanwhile = stall;
    stall = () -> {};
    meanwhile.run();
    boolean[] written = new boolean[1];
    change(() -> written[0] = super.writeIfAbsent(path, body, size, durability));
    return written[0];
  }

  @Override
  public void delete(String path) {
    change(() -> super.delete(path));
  }
}
