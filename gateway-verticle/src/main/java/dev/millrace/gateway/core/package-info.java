/** What the edge decides by itself: who may do what, what a ref names, what a push asks for. */
@NullMarked
package dev.millrace.gateway.core;

import org.jspecify.annotations.NullMarked;
