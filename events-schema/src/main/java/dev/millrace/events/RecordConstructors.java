package dev.millrace.events;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.introspect.AnnotatedConstructor;

/**
 * Calls the constructors of records through one handle each; the library works out anew with every
 * call how to spread the arguments.
 */
final class RecordConstructors extends ValueInstantiators.Base {
  @Override
  public ValueInstantiator modifyValueInstantiator(
      DeserializationConfig config, BeanDescription.Supplier bean, ValueInstantiator standard) {
    return bean.getBeanClass().isRecord()
            && standard instanceof StdValueInstantiator std
            && std.getWithArgsCreator() instanceof AnnotatedConstructor constructor
        ? new OfRecord(std, constructor.getAnnotated())
        : standard;
  }

  private static final class OfRecord extends StdValueInstantiator {
    private final MethodHandle constructor;

    OfRecord(StdValueInstantiator standard, Constructor<?> constructor) {
      super(standard);
      this.constructor = spreading(constructor);
    }

    private static MethodHandle spreading(Constructor<?> constructor) {
      try {
        return MethodHandles.privateLookupIn(
                constructor.getDeclaringClass(), MethodHandles.lookup())
            .unreflectConstructor(constructor)
            .asSpreader(Object[].class, constructor.getParameterCount())
            .asType(MethodType.methodType(Object.class, Object[].class));
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("cannot call " + constructor, e);
      }
    }

    @Override
    public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
      try {
        return (Object) constructor.invokeExact(arguments);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        return context.handleInstantiationProblem(
            getValueClass(), arguments, rewrapCtorProblem(context, e));
      }
    }
  }
}
