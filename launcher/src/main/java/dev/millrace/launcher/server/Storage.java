package dev.millrace.launcher.server;

import dev.millrace.storage.coordination.CoordinationStore;
import dev.millrace.storage.objects.ObjectStore;

/** What is kept outside of Kafka, and what says which of it counts. */
record Storage(ObjectStore objects, CoordinationStore coordination) {}
