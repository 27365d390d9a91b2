/**
 * What every message of Millrace has in common: ids, envelopes, decisions, topics, the JSON codec.
 */
@NullMarked
package dev.millrace.events;

import org.jspecify.annotations.NullMarked;
