package dev.millrace.launcher.settings;

import static dev.millrace.launcher.settings.Key.everybody;
import static dev.millrace.launcher.settings.Key.fallingBack;
import static dev.millrace.launcher.settings.Key.needed;
import static dev.millrace.launcher.settings.Key.optional;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** Every setting there is. One file may hold those of all roles: each takes its own. */
final class Keys {
  static final Key<Path> DATA =
      needed(
          "data",
          Type.PATH,
          everybody(),
          "A folder of this process alone: its log, scratch space, its copy of the index of runs,"
              + " which can all be made again; and what an executor is known by.");

  static final Key<Long> MIN_FREE =
      optional(
          "min_free",
          Type.SIZE,
          "Nothing new is taken while less than this is free on the disk of data; 1G or a twentieth"
              + " of the disk if absent, whichever is more.");

  static final Key<List<HostPort>> KAFKA_BOOTSTRAP =
      needed(
          "kafka.bootstrap",
          Type.ADDRESSES,
          everybody(),
          "Some brokers of the cluster; the others are found by them.");
  static final Key<String> KAFKA_SECURITY =
      fallingBack(
          "kafka.security",
          Type.choice("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"),
          "sasl_ssl",
          "How brokers are talked to.");
  static final Key<String> KAFKA_MECHANISM =
      fallingBack(
          "kafka.mechanism",
          Type.choice("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"),
          "SCRAM-SHA-512",
          "How it signs in, with sasl_plaintext and sasl_ssl.");
  static final Key<String> KAFKA_USER =
      optional("kafka.user", Type.TEXT, "Whom it signs in as; see millrace acls.");
  static final Key<String> KAFKA_PASSWORD =
      optional("kafka.password", Type.SECRET, "The user's password.");
  static final Key<Path> KAFKA_AUTHORITY =
      optional(
          "kafka.authority",
          Type.PATH,
          "Certificates (PEM) that the brokers' are checked against; those that Java trusts if"
              + " absent.");
  static final Key<Path> KAFKA_CERTIFICATE =
      optional("kafka.certificate", Type.PATH, "A certificate (PEM) to show to the brokers.");
  static final Key<Path> KAFKA_KEY =
      optional("kafka.key", Type.PATH, "The key (PEM, PKCS#8) of that certificate.");

  static final Key<List<URI>> ETCD_ENDPOINTS =
      needed("etcd.endpoints", Type.URLS, everybody(), "The members of the etcd cluster.");
  static final Key<String> ETCD_PREFIX =
      fallingBack(
          "etcd.prefix",
          Type.TEXT,
          "millrace",
          "What all keys begin with; another one for each installation.");
  static final Key<String> ETCD_USER = optional("etcd.user", Type.TEXT, "Whom it signs in as.");
  static final Key<String> ETCD_PASSWORD =
      optional("etcd.password", Type.SECRET, "The user's password.");
  static final Key<Path> ETCD_AUTHORITY =
      optional(
          "etcd.authority", Type.PATH, "Certificates (PEM) that the members' are checked against.");
  static final Key<Path> ETCD_CERTIFICATE =
      optional("etcd.certificate", Type.PATH, "A certificate (PEM) to show to the members.");
  static final Key<Path> ETCD_KEY =
      optional("etcd.key", Type.PATH, "The key (PEM, PKCS#8) of that certificate.");

  static final Key<Path> STORAGE_FOLDER =
      optional(
          "storage.folder",
          Type.PATH,
          "Object storage in a folder that all machines share. Either this or storage.bucket.");
  static final Key<String> STORAGE_BUCKET =
      optional("storage.bucket", Type.TEXT, "Object storage in a bucket of S3.");
  static final Key<URI> STORAGE_ENDPOINT =
      optional("storage.endpoint", Type.URL, "The server of the bucket, if it is not Amazon's.");
  static final Key<String> STORAGE_REGION =
      fallingBack("storage.region", Type.TEXT, "us-east-1", "The bucket's region.");
  static final Key<String> STORAGE_PREFIX =
      optional(
          "storage.prefix",
          Type.TEXT,
          "Before all names in the bucket; another one for each installation.");
  static final Key<Boolean> STORAGE_VIRTUAL_HOST =
      fallingBack(
          "storage.virtual_host",
          Type.FLAG,
          "false",
          "With an endpoint: name the bucket in the host name, not in the path.");
  static final Key<String> STORAGE_ACCESS_KEY =
      optional(
          "storage.access_key",
          Type.SECRET,
          "The key; if absent, what the tools of AWS would find is used.");
  static final Key<String> STORAGE_SECRET_KEY =
      optional("storage.secret_key", Type.SECRET, "The secret part of the key.");

  static final Key<HostPort> INTERNAL_LISTEN =
      fallingBack(
          "internal.listen",
          Type.ADDRESS,
          "127.0.0.1:0",
          "Where other roles reach it, and /livez, /readyz; with port 0 any that is free.");
  static final Key<String> INTERNAL_ADVERTISE =
      optional(
          "internal.advertise",
          Type.TEXT,
          "The host name or address that others reach it by; that of internal.listen if absent.");
  static final Key<String> INTERNAL_TOKEN =
      needed(
          "internal.token",
          Type.SECRET,
          EnumSet.complementOf(EnumSet.of(Role.EXECUTOR, Role.SCHEDULER)),
          "What roles show one another.");
  static final Key<String> INTERNAL_EXECUTOR_TOKEN =
      optional(
          "internal.executor_token",
          Type.SECRET,
          "What executors show to runservices instead: with it one can claim tasks and do nothing"
              + " else. For both of these roles; executors then need no internal.token.");
  static final Key<String> INTERNAL_TASK_KEY =
      needed(
          "internal.task_key",
          Type.SECRET,
          EnumSet.of(Role.GATEWAY, Role.RUNSERVICE),
          "Signs the tokens of tasks: the same for all.");

  static final Key<HostPort> GATEWAY_LISTEN =
      fallingBack(
          "gateway.listen", Type.ADDRESS, "127.0.0.1:7420", "Where people and git reach it.");
  static final Key<URI> GATEWAY_URL =
      needed(
          "gateway.url",
          Type.URL,
          EnumSet.of(Role.EXECUTOR),
          "Where tasks clone from: the address of the gateways, or of what stands before them.");
  static final Key<Boolean> GATEWAY_GIT =
      fallingBack(
          "gateway.git.enabled",
          Type.FLAG,
          "false",
          "Whether this gateway has the hosted repositories: exactly one does, the others send git"
              + " on to it.");
  static final Key<Path> GATEWAY_GIT_FOLDER =
      optional(
          "gateway.git.folder",
          Type.PATH,
          "Where it has them: to be kept. A folder in data if absent.");

  static final Key<Integer> GATEWAY_RATE =
      fallingBack(
          "gateway.rate",
          Type.number(1, 1_000_000),
          "2000",
          "How many requests a second a user or a task may make at each gateway in the long run;"
              + " who is not signed in, a tenth.");
  static final Key<Integer> GATEWAY_BURST =
      fallingBack(
          "gateway.burst",
          Type.number(1, 10_000_000),
          "4000",
          "How many at once, after a while without.");

  static final Key<String> CONFIGSTORE_ADMINISTRATOR =
      optional(
          "configstore.administrator_token",
          Type.SECRET,
          "The token that the first administrator signs in with, as long as there is none.");

  static final Key<String> EXECUTOR_ID =
      optional(
          "executor.id",
          Type.TEXT,
          "What it is called, over its restarts; made at its first start and kept in data if"
              + " absent.");
  static final Key<String> EXECUTOR_DRIVER =
      fallingBack(
          "executor.driver",
          Type.choice("host", "host-plain", "dummy"),
          "host",
          "How it runs tasks: in a sandbox, as plain processes, or not at all (for tests).");
  static final Key<Integer> EXECUTOR_SLOTS =
      fallingBack(
          "executor.slots", Type.number(1, 1_000_000), "4", "How many tasks it runs at once.");
  static final Key<Long> EXECUTOR_LOG_LIMIT =
      fallingBack(
          "executor.log_limit", Type.SIZE, "256M", "How much of the output of a task is kept.");
  static final Key<Boolean> EXECUTOR_ALLOW_UNSANDBOXED =
      fallingBack(
          "executor.allow_unsandboxed",
          Type.FLAG,
          "false",
          "Whether tasks may run as plain processes where there is no sandbox (bubblewrap).");

  static final Key<Duration> EXECUTOR_LEASE =
      fallingBack(
          "executor.lease",
          Type.TIME,
          "30s",
          "How long its tasks may go on when no sign of life of it reaches Kafka: longer than Kafka"
              + " takes to replace a broker, and 1m at most. When it has died, its tasks are lost"
              + " after that.");
  static final Key<Duration> EXECUTOR_DRAIN =
      fallingBack(
          "executor.drain",
          Type.TIME,
          "5m",
          "How long its tasks may go on when it is asked to end; then they are stopped. Whoever"
              + " asks has to wait for as long.");

  static final Key<Duration> CHECKPOINT_EVERY =
      fallingBack(
          "datamanager.checkpoint_every",
          Type.TIME,
          "5m",
          "How often what has not ended is written down.");
  static final Key<Duration> DUMP_EVERY =
      fallingBack(
          "datamanager.dump_every",
          Type.TIME,
          "5m",
          "How often the index of ended runs is dumped.");
  static final Key<Duration> EVENT_RETENTION =
      fallingBack(
          "datamanager.event_retention", Type.TIME, "7d", "How long events can be read at least.");
  static final Key<Duration> RUN_RETENTION =
      optional(
          "datamanager.run_retention",
          Type.TIME,
          "How long runs are kept after their end; for ever if absent.");
  static final Key<Duration> LOG_RETENTION =
      optional(
          "datamanager.log_retention",
          Type.TIME,
          "How long logs are kept; as long as their runs if absent.");

  static final Key<String> LOG_TO =
      fallingBack(
          "log.to",
          Type.choice("file", "stdout"),
          "file",
          "Where its log goes: log/millrace.log in data, or the standard output.");
  static final Key<String> LOG_FORMAT =
      fallingBack(
          "log.format",
          Type.choice("text", "json"),
          "text",
          "As lines for people, or as an object a line, with the ids of commands, runs and requests"
              + " under mdc.");
  static final Key<String> LOG_LEVEL =
      fallingBack(
          "log.level", Type.choice("debug", "info", "warn", "error"), "info", "The least of it.");

  static final Key<URI> TRACES_ENDPOINT =
      optional(
          "traces.endpoint",
          Type.URL,
          "Where spans of traces are sent (OTLP over HTTP, to /v1/traces there); none are if"
              + " absent.");
  static final Key<Double> TRACES_SAMPLE =
      fallingBack(
          "traces.sample",
          Type.share(),
          "1",
          "The share of runs whose spans are sent; to be the same for all processes.");
  static final Key<String> TRACES_HEADER =
      optional(
          "traces.header",
          Type.SECRET,
          "A header to send along, NAME: VALUE, as who takes the spans may want one.");

  static final List<Key<?>> ALL =
      List.of(
          DATA,
          MIN_FREE,
          KAFKA_BOOTSTRAP,
          KAFKA_SECURITY,
          KAFKA_MECHANISM,
          KAFKA_USER,
          KAFKA_PASSWORD,
          KAFKA_AUTHORITY,
          KAFKA_CERTIFICATE,
          KAFKA_KEY,
          ETCD_ENDPOINTS,
          ETCD_PREFIX,
          ETCD_USER,
          ETCD_PASSWORD,
          ETCD_AUTHORITY,
          ETCD_CERTIFICATE,
          ETCD_KEY,
          STORAGE_FOLDER,
          STORAGE_BUCKET,
          STORAGE_ENDPOINT,
          STORAGE_REGION,
          STORAGE_PREFIX,
          STORAGE_VIRTUAL_HOST,
          STORAGE_ACCESS_KEY,
          STORAGE_SECRET_KEY,
          INTERNAL_LISTEN,
          INTERNAL_ADVERTISE,
          INTERNAL_TOKEN,
          INTERNAL_EXECUTOR_TOKEN,
          INTERNAL_TASK_KEY,
          GATEWAY_LISTEN,
          GATEWAY_URL,
          GATEWAY_GIT,
          GATEWAY_GIT_FOLDER,
          GATEWAY_RATE,
          GATEWAY_BURST,
          CONFIGSTORE_ADMINISTRATOR,
          EXECUTOR_ID,
          EXECUTOR_DRIVER,
          EXECUTOR_SLOTS,
          EXECUTOR_LOG_LIMIT,
          EXECUTOR_ALLOW_UNSANDBOXED,
          EXECUTOR_LEASE,
          EXECUTOR_DRAIN,
          CHECKPOINT_EVERY,
          DUMP_EVERY,
          EVENT_RETENTION,
          RUN_RETENTION,
          LOG_RETENTION,
          LOG_TO,
          LOG_FORMAT,
          LOG_LEVEL,
          TRACES_ENDPOINT,
          TRACES_SAMPLE,
          TRACES_HEADER);

  private Keys() {}
}
