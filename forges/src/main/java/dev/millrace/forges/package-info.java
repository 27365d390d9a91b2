/**
 * Where repositories live: hosted ones, served over smart HTTP. The only package that knows JGit.
 */
@NullMarked
package dev.millrace.forges;

import org.jspecify.annotations.NullMarked;
