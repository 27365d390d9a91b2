# Sourced by local-cluster: what the first start makes. Every piece is written under another name first, so that a start
# that was cut short is gone on with.

PUBLISHED="gateway configstore runservice scheduler executor datamanager publisher reader admin"

make_all() {
  mkdir -p "$dir/run" "$dir/log" "$dir/config" "$dir/secrets" "$dir/certificates" "$dir/data" "$dir/objects/millrace"
  once "$dir/ports" choose_ports
  make_certificates
  for user in $PUBLISHED; do once "$dir/secrets/kafka-$user" secret; done
  for name in etcd-root etcd-millrace s3-key internal-token executor-token task-key; do once "$dir/secrets/$name" secret; done
  once "$dir/secrets/s3-user" echo millrace
  once "$dir/secrets/administrator-token" administrator_token
  once "$dir/secrets/kafka-users" kafka_users
  once "$dir/config/kafka-cluster-id" cluster_id
  once "$dir/config/kafka-log.xml" kafka_log
  once "$dir/config/jvm-options" echo "$jvm"
  for n in 1 2 3; do once "$dir/config/kafka-$n.properties" kafka_settings $n; done
  once "$dir/config/s3.conf" s3_settings
  once "$dir/config/superuser.yaml" superuser_settings
  once "$dir/config/admin.yaml" kafka_client admin
  for user in publisher reader; do once "$dir/config/$user.properties" client_properties $user; done
  for name in $ROLES; do once "$dir/config/$name.yaml" role_settings "$name"; done
}

once() { # FILE COMMAND...: what the command prints becomes the file, if there is none
  file=$1
  shift
  if [ ! -f "$file" ]; then
    "$@" >"$file.new"
    mv "$file.new" "$file"
  fi
}

secret() { openssl rand -hex 24; }
administrator_token() { echo "mrt_$(openssl rand -hex 32 | cut -c 1-43)"; }
cluster_id() { openssl rand -base64 16 | tr '+/' '-_' | cut -c 1-22; }

find_s3proxy() {
  version=$(sed -n 's:.*<s3proxy.version>\(.*\)</s3proxy.version>.*:\1:p' "$root/pom.xml")
  s3proxy=$root/target/tools/s3proxy-$version.jar
  [ -f "$s3proxy" ] || s3proxy=$root/verification/target/tools/s3proxy.jar
  if [ ! -f "$s3proxy" ]; then
    s3proxy=$root/target/tools/s3proxy-$version.jar
    say "fetching s3proxy $version"
    if command -v mvn >/dev/null; then mvn=mvn; else mvn=$root/mvnw; fi
    (cd "$root" && "$mvn" -q -B -N dependency:copy -Dartifact="org.gaul:s3proxy:$version:jar:jar-with-dependencies" \
      -DoutputDirectory=target/tools </dev/null >&2) || fail "s3proxy could not be fetched"
    mv "$root/target/tools/s3proxy-$version-jar-with-dependencies.jar" "$s3proxy"
  fi
}

# --- ports

LISTENERS="kafka-1 kafka-2 kafka-3 kafka-1-brokers kafka-2-brokers kafka-3-brokers
 kafka-1-controllers kafka-2-controllers kafka-3-controllers etcd-1 etcd-2 etcd-3 etcd-1-peers etcd-2-peers
 etcd-3-peers s3 gateway-1-public gateway-2-public$ROLES"

choose_ports() {
  first=$base_port
  if [ -z "$first" ]; then
    # Below those that the system gives to whoever asks for any.
    first=$((10000 + $$ % 500 * 40))
    until free $first; do first=$((10000 + (first - 9960) % 20000)); done
  fi
  for listener in $LISTENERS; do
    echo "$listener $first"
    first=$((first + 1))
  done
}

free() { # whether nobody listens on any of forty ports, as far as the system tells
  ! cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v first="$1" '
    function number(hex,   i, n) { for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
      return n }
    $4 == "0A" { n = number(substr($2, length($2) - 3)); if (n >= first && n < first + 40) taken = 1 }
    END { exit !taken }'
}

# --- certificates

make_certificates() {
  (
    cd "$dir/certificates"
    if [ ! -f ca.pem ]; then
      openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=local-cluster" -keyout ca.key -out ca.pem.new \
        2>ca.log || fail "openssl makes no certificates: $(cat ca.log)"
      mv ca.pem.new ca.pem
    fi
    signed broker
    signed etcd
  )
}

signed() { # a key and a certificate for this machine, for servers and for clients
  [ ! -f "$1.pem" ] || return 0
  printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n' >"$1.ext"
  {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" &&
      openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile "$1.ext" -out "$1.new"
  } 2>"$1.log" || fail "openssl makes no certificates: $(cat "$1.log")"
  cat "$1.key" "$1.new" >"$1-store.pem" # as Kafka wants them: both in one file
  mv "$1.new" "$1.pem"
}

# --- Kafka

bootstrap() { echo "127.0.0.1:$(port "kafka-1$1")$2127.0.0.1:$(port "kafka-2$1")$2127.0.0.1:$(port "kafka-3$1")"; }

kafka_users() { for user in $PUBLISHED; do echo "$user $(cat "$dir/secrets/kafka-$user")"; done; }

# Clients log in with a password, brokers and controllers with the brokers' certificate, whose name may do everything.
kafka_settings() {
  voters=
  for n in 1 2 3; do voters="$voters,$n@127.0.0.1:$(port kafka-$n-controllers)"; done
  cat <<END
process.roles=broker,controller
node.id=$1
controller.quorum.voters=${voters#,}
log.dirs=$dir/data/kafka-$1
listeners=CLIENTS://127.0.0.1:$(port "kafka-$1"),BROKERS://127.0.0.1:$(port "kafka-$1-brokers"),CONTROLLERS://127.0.0.1:$(port "kafka-$1-controllers")
advertised.listeners=CLIENTS://127.0.0.1:$(port "kafka-$1"),BROKERS://127.0.0.1:$(port "kafka-$1-brokers")
listener.security.protocol.map=CLIENTS:SASL_SSL,BROKERS:SSL,CONTROLLERS:SSL
inter.broker.listener.name=BROKERS
controller.listener.names=CONTROLLERS
ssl.keystore.type=PEM
ssl.keystore.location=$dir/certificates/broker-store.pem
ssl.truststore.type=PEM
ssl.truststore.location=$dir/certificates/ca.pem
listener.name.brokers.ssl.client.auth=required
listener.name.controllers.ssl.client.auth=required
listener.name.clients.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.clients.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:CN=broker
auto.create.topics.enable=false
delete.topic.enable=false
default.replication.factor=3
min.insync.replicas=2
unclean.leader.election.enable=false
offsets.topic.replication.factor=3
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=3
share.coordinator.state.topic.min.isr=2
share.coordinator.state.topic.num.partitions=3
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=500
replica.lag.time.max.ms=10000
num.network.threads=2
num.io.threads=4
background.threads=2
log.cleaner.dedupe.buffer.size=2097152
log.index.size.max.bytes=262144
socket.send.buffer.bytes=-1
socket.receive.buffer.bytes=-1
metric.reporters=
metrics.jmx.exclude=kafka\\.(log|cluster):.*,partition=.*|kafka\\.network:type=RequestMetrics,.*,request=(?!Produce|Fetch).*
END
}

kafka_log() {
  cat <<'END'
<configuration>
  <statusListener class="ch.qos.logback.core.status.NopStatusListener"/>
  <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{36} - %msg%n%ex</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="OUT"/></root>
  <!-- Only that something was refused is of interest, which the client is told. -->
  <logger name="kafka.authorizer.logger" level="OFF"/>
</configuration>
END
}

superuser_settings() {
  cat <<END
# Whom brokers let do everything: needed once, to give the administrator its rights.
kafka:
  bootstrap: [$(bootstrap -brokers ', ')]
  security: ssl
  authority: "$dir/certificates/ca.pem"
  certificate: "$dir/certificates/broker.pem"
  key: "$dir/certificates/broker.key"
END
}

kafka_client() {
  cat <<END
kafka:
  bootstrap: [$(bootstrap '' ', ')]
  security: sasl_ssl
  mechanism: SCRAM-SHA-512
  user: $1
  password: {file: "$dir/secrets/kafka-$1"}
  authority: "$dir/certificates/ca.pem"
END
}

client_properties() {
  cat <<END
bootstrap.servers=$(bootstrap '' ,)
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="$1" password="$(cat "$dir/secrets/kafka-$1")";
ssl.truststore.type=PEM
ssl.truststore.location=$dir/certificates/ca.pem
END
}

# --- etcd

etcd_call() { # PATH: the request is read
  ask -X POST --data @- "https://127.0.0.1:$(port etcd-1)/v3/$1"
}

# Again after a start that was cut short: what is there already is left.
secure_etcd() {
  for n in 1 2 3; do await_up etcd-$n; done
  case $(echo '{"key": "eA=="}' | etcd_call kv/range) in *'user name is empty'*) return 0 ;; esac
  must_etcd auth/role/add '{"name": "root"}'
  must_etcd auth/user/add "{\"name\": \"root\", \"password\": \"$(cat "$dir/secrets/etcd-root")\"}"
  must_etcd auth/user/grant '{"user": "root", "role": "root"}'
  must_etcd auth/role/add '{"name": "millrace"}'
  # From "millrace/" to before "millrace0": all keys that begin with the prefix.
  must_etcd auth/role/grant \
    '{"name": "millrace", "perm": {"permType": "READWRITE", "key": "bWlsbHJhY2Uv", "range_end": "bWlsbHJhY2Uw"}}'
  must_etcd auth/user/add "{\"name\": \"millrace\", \"password\": \"$(cat "$dir/secrets/etcd-millrace")\"}"
  must_etcd auth/user/grant '{"user": "millrace", "role": "millrace"}'
  must_etcd auth/enable '{}'
}

must_etcd() {
  said=$(echo "$2" | etcd_call "$1")
  case $said in
    *'already exists'* | *'already granted'*) ;;
    *'"error"'* | *curl:*) fail "etcd refuses $1: $said" ;;
  esac
}

# --- S3

s3_settings() {
  cat <<END
s3proxy.endpoint=http://127.0.0.1:$(port s3)
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=$(cat "$dir/secrets/s3-user")
s3proxy.credential=$(cat "$dir/secrets/s3-key")
jclouds.identity=any
jclouds.credential=any
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir=$dir/objects
END
}

# --- the roles

role_settings() {
  kind=$(kind "$1")
  echo "data: \"$dir/data/$1\""
  kafka_client "$kind"
  cat <<END
etcd:
  endpoints: ["https://127.0.0.1:$(port etcd-1)", "https://127.0.0.1:$(port etcd-2)", "https://127.0.0.1:$(port etcd-3)"]
  prefix: millrace
  user: millrace
  password: {file: "$dir/secrets/etcd-millrace"}
  authority: "$dir/certificates/ca.pem"
END
  [ "$kind" = executor ] || cat <<END
storage:
  bucket: millrace
  endpoint: "http://127.0.0.1:$(port s3)"
  access_key: {file: "$dir/secrets/s3-user"}
  secret_key: {file: "$dir/secrets/s3-key"}
END
  cat <<END
internal:
  listen: 127.0.0.1:$(port "$1")
END
  case $kind in
    scheduler | executor) ;;
    *) echo "  token: {file: \"$dir/secrets/internal-token\"}" ;;
  esac
  case $kind in
    executor | runservice) echo "  executor_token: {file: \"$dir/secrets/executor-token\"}" ;;
  esac
  case $kind in
    gateway | runservice) echo "  task_key: {file: \"$dir/secrets/task-key\"}" ;;
  esac
  [ -z "$traces" ] || printf 'traces: {endpoint: "%s"}\n' "$traces"
  case $1 in
    gateway-1) printf 'gateway:\n  listen: 127.0.0.1:%s\n  git: {enabled: true}\n' "$(port gateway-1-public)" ;;
    gateway-2) printf 'gateway:\n  listen: 127.0.0.1:%s\n' "$(port gateway-2-public)" ;;
    configstore-*) printf 'configstore:\n  administrator_token: {file: "%s"}\n' "$dir/secrets/administrator-token" ;;
    executor-*)
      printf 'gateway:\n  url: "http://127.0.0.1:%s"\n' "$(port gateway-1-public)"
      printf 'executor:\n  id: %s\n  driver: %s\n  slots: %s\n  lease: 20s\n' "$1" "$driver" "$slots"
      ;;
  esac
}
