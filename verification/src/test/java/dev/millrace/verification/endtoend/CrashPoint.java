package dev.millrace.verification.endtoend;

/** Where a server is killed: between two writes whose order matters. */
enum CrashPoint {
  /** A command is on its topic; nobody has read it. */
  AFTER_COMMAND_APPENDED,
  /** A decision is made; its record is about to be sent. */
  BEFORE_DECISION_APPENDED,
  /** The decision's record is on the ledger; the writer does not know. */
  AFTER_DECISION_APPENDED,
  /** The decision's record has been read back; nobody was answered. */
  BEFORE_ANSWER,
  /** A new writer has announced itself and decided nothing. */
  AFTER_WRITER_CHANGED,
  /** A chunk of output is about to be sent, others were. */
  MID_LOG_CHUNK,
  /** The refs of a push are moved; the delivery is not recorded. */
  BETWEEN_REF_UPDATE_AND_DELIVERY
}
