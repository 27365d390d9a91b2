package dev.millrace.storage.objects;

/** There is no object at the path. */
public final class NoSuchObjectException extends ObjectStoreException {
  private static final long serialVersionUID = 1;

  public NoSuchObjectException(String path) {
    super("there is no object " + path, null);
  }
}
