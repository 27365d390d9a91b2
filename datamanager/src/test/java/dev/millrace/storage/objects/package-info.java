@NullMarked
package dev.millrace.storage.objects;

import org.jspecify.annotations.NullMarked;
