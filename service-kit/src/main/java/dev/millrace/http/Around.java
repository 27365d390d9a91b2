package dev.millrace.http;

/** Does something before and after the handlers of routes, each time on the handler's thread. */
@FunctionalInterface
public interface Around {

  /** Calls the handler, or throws as a handler may. */
  Reply handle(Request request, Handler handler) throws Exception;
}
