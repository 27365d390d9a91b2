package dev.millrace.storage.objects;

import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Bodies by path. An object appears whole or not at all, and is replaced whole. Calls may come from
 * any thread and block, so not from an event loop. They fail with {@link ObjectStoreException} when
 * the store cannot do it: after a failed write the object may be the old one or the new one, never
 * a part of one. Adapters pass {@code ObjectStoreContract}.
 *
 * <p>Paths are those that {@link ObjectPath} takes; others are refused with {@link
 * IllegalArgumentException}. No path may be the folder of another one: what becomes of two such
 * objects is not defined, as file systems cannot hold them.
 */
public interface ObjectStore extends AutoCloseable {
  /** The size of a body that ends where its stream does. */
  long UNKNOWN = -1;

  /**
   * Writes an object, in place of one that is there. Reads the body to its end and leaves it open.
   *
   * @param size of the body in bytes, or {@link #UNKNOWN}
   * @throws java.io.UncheckedIOException if the body cannot be read; nothing is written then
   * @throws ObjectStoreException also if the body is shorter or longer than its size; nothing is
   *     written then
   */
  void write(String path, InputStream body, long size, Durability durability);

  /**
   * As {@link #write}, unless there is an object already. Of several concurrent callers exactly one
   * writes.
   *
   * @return whether this call has written it
   */
  boolean writeIfAbsent(String path, InputStream body, long size, Durability durability);

  /**
   * The whole object, as it was when it was opened, even if it is replaced meanwhile.
   *
   * @throws NoSuchObjectException if there is none
   */
  InputStream read(String path);

  /**
   * A piece of an object; shorter, or empty, where the object ends before.
   *
   * @param offset of its first byte, from 0 on
   * @param length in bytes, from 0 on
   * @throws NoSuchObjectException if there is no such object
   */
  InputStream read(String path, long offset, long length);

  /** What is known about an object; empty if there is none. */
  Optional<ObjectInfo> stat(String path);

  /**
   * The objects whose paths begin with the prefix and come after the given one, in the order of
   * their paths' characters. What is there during the whole listing comes exactly once, whatever is
   * written or deleted meanwhile. Read as it goes on, so it is to be closed.
   *
   * @param prefix any beginning of a path; empty for all
   * @param after a path or any text; empty to begin with the first
   */
  Stream<ObjectInfo> list(String prefix, String after);

  /** Deletes an object; does nothing if there is none. */
  void delete(String path);

  @Override
  void close();
}
