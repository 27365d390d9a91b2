/**
 * How Millrace's services speak HTTP: routes, problems, bodies, streams, and the client for all of
 * it. The only package that knows Vert.x's HTTP server.
 */
@NullMarked
package dev.millrace.http;

import org.jspecify.annotations.NullMarked;
