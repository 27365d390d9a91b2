package dev.millrace.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Why a request failed; sent as {@code application/problem+json} (RFC 9457).
 *
 * @param status of HTTP
 * @param title the status in words
 * @param code stable, for programs
 * @param message one sentence, for people
 * @param details further members of the problem, by their name on the wire
 */
public record Problem(
    int status, String title, String code, String message, Map<String, String> details) {

  public static final String CONTENT_TYPE = "application/problem+json";

  /** The detail that tells after how many seconds to ask again; the header has it too. */
  public static final String RETRY_AFTER = "retry_after";

  public Problem {
    details = Map.copyOf(details);
  }

  public Problem(int status, String title, String code, String message) {
    this(status, title, code, message, Map.of());
  }

  /** A problem with the title that its status has. */
  public static Problem of(int status, String code, String message) {
    return new Problem(status, title(status), code, message);
  }

  /** This problem with one more member. */
  public Problem with(String name, String value) {
    var more = new LinkedHashMap<>(details);
    more.put(name, value);
    return new Problem(status, title, code, message, more);
  }

  /** The members in the order in which they are sent. */
  Map<String, Object> members() {
    var members = new LinkedHashMap<String, Object>();
    members.put("status", status);
    members.put("title", title);
    members.put("code", code);
    members.put("message", message);
    details.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(detail -> members.putIfAbsent(detail.getKey(), detail.getValue()));
    return members;
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 409 -> "Conflict";
      case 411 -> "Length Required";
      case 413 -> "Content Too Large";
      case 414 -> "URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 416 -> "Range Not Satisfiable";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      default -> status < 500 ? "Client Error" : "Server Error";
    };
  }
}
