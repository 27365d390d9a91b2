/** Tests of manifests. */
@NullMarked
package dev.millrace.storage.manifests;

import org.jspecify.annotations.NullMarked;
