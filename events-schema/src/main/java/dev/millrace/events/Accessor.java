package dev.millrace.events;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.function.Function;

/** Reads components of records as fast as code that was compiled for them. */
final class Accessor {
  private Accessor() {}

  /** A function from a record to what this accessor of it returns. */
  @SuppressWarnings("unchecked") // what a lambda of a Function's method is
  static Function<Object, Object> of(Method accessor) {
    Class<?> record = accessor.getDeclaringClass();
    try {
      var lookup = MethodHandles.privateLookupIn(record, MethodHandles.lookup());
      var site =
          LambdaMetafactory.metafactory(
              lookup,
              "apply",
              MethodType.methodType(Function.class),
              MethodType.methodType(Object.class, Object.class),
              lookup.unreflect(accessor),
              MethodType.methodType(wrapped(accessor.getReturnType()), record));
      return (Function<Object, Object>) site.getTarget().invoke();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot read " + accessor, e);
    }
  }

  private static Class<?> wrapped(Class<?> type) {
    return MethodType.methodType(type).wrap().returnType();
  }
}
