package dev.millrace.scheduler.core;

import dev.millrace.events.RunId;

/** Names a task. */
record TaskRef(RunId run, String task) {}
