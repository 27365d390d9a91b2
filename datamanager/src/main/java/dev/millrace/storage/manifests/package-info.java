/** Small documents that say what is valid in the object storage, replaced in generations. */
@NullMarked
package dev.millrace.storage.manifests;

import org.jspecify.annotations.NullMarked;
