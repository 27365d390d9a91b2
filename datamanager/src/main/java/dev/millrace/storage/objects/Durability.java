package dev.millrace.storage.objects;

/** What a written object survives. */
public enum Durability {
  /** The loss of power: it is on the disk, with its name, when the write returns. */
  PERSISTED,
  /** The death of the process. For what can be made again. */
  BUFFERED
}
