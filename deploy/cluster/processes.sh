# Sourced by local-cluster: the processes and how each is started, asked and ended.

port() { sed -n "s/^$1 //p" "$dir/ports"; }

kind() { echo "${1%-[0-9]}"; }

address() {
  case $1 in
    kafka-*) echo "127.0.0.1:$(port "$1") (sasl_ssl)" ;;
    etcd-*) echo "https://127.0.0.1:$(port "$1")" ;;
    gateway-*) echo "http://127.0.0.1:$(port "$1-public"), internal http://127.0.0.1:$(port "$1")" ;;
    *) echo "http://127.0.0.1:$(port "$1")" ;;
  esac
}

# Whether the process of this name lives. Its pid may have gone to another since: ours have the folder in their arguments.
running() {
  pid=$(cat "$dir/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  ps -o args= -p "$pid" 2>/dev/null | grep -qF -- "$dir/"
}

signal() { # SIGNAL NAME
  running "$2" || fail "$2 does not run"
  kill "-$1" "$(cat "$dir/run/$2.pid")"
}

# What a process is started by; empty: by nothing.
as=

launch() {
  if running "$1"; then return 0; fi
  (
    as=$(in_own_group "$1")
    trap '' HUP
    exec </dev/null >>"$dir/log/$1.log" 2>&1
    cd "$dir"
    "run_$(kind "$1")" "$1"
  ) &
  echo $! >"$dir/run/$1.pid"
  started="${started:-} $1"
}

# The JVM of a server with so much heap (MiB), of which a third is for what is new.
java_server() {
  heap=$1
  shift
  aot=
  [ ! -f "$dist/server.aot" ] || aot="-XX:AOTCache=$dist/server.aot -Xlog:aot*=off"
  # shellcheck disable=SC2046,SC2086
  exec $as "$JAVA" $(cat "$dist/jvm.options") -XX:-UseTransparentHugePages -Xms$((heap / 2))m -Xmn$((heap / 3))m -Xmx"${heap}m" \
    $(cat "$dir/config/jvm-options") $aot -Dmillrace.home="$dist" -Dmillrace.command="$root/millrace" -cp "$dist/lib/launcher.jar:$dist/lib/*" "$@"
}

millrace() (java_server 96 dev.millrace.launcher.Millrace "$@")

run_kafka() {
  java_server 256 -Dlogback.configurationFile="$dir/config/kafka-log.xml" dev.millrace.bus.kafka.ClusterBroker \
    "$dir/config/$1.properties" "$(cat "$dir/config/kafka-cluster-id")" "$dir/secrets/kafka-users"
}

run_etcd() {
  members=
  for n in 1 2 3; do members="$members,etcd-$n=https://127.0.0.1:$(port etcd-$n-peers)"; done
  certificate=$dir/certificates/etcd.pem
  key=$dir/certificates/etcd.key
  authority=$dir/certificates/ca.pem
  # Nobody guesses passwords that are random; to check them slowly would be a burden only.
  exec $as etcd --name "$1" --data-dir "$dir/data/$1" --logger zap --log-outputs stderr --bcrypt-cost 4 \
    --listen-client-urls "https://127.0.0.1:$(port "$1")" --advertise-client-urls "https://127.0.0.1:$(port "$1")" \
    --listen-peer-urls "https://127.0.0.1:$(port "$1-peers")" \
    --initial-advertise-peer-urls "https://127.0.0.1:$(port "$1-peers")" --initial-cluster "${members#,}" \
    --cert-file "$certificate" --key-file "$key" \
    --peer-cert-file "$certificate" --peer-key-file "$key" --peer-trusted-ca-file "$authority" --peer-client-cert-auth
}

run_s3() {
  exec $as "$JAVA" -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -jar "$s3proxy" \
    --properties "$dir/config/s3.conf"
}

run_configstore() { run_role "$1"; }
run_runservice() { run_role "$1"; }
run_scheduler() { run_role "$1"; }
run_datamanager() { run_role "$1"; }
run_gateway() { run_role "$1"; }
run_executor() { run_role "$1"; }

run_role() { java_server 192 dev.millrace.launcher.Millrace "$(kind "$1")" --config "$dir/config/$1.yaml"; }

# What asks a server over HTTP; a password or token is never among its arguments.
ask() { curl -sS --noproxy '*' --max-time 5 --cacert "$dir/certificates/ca.pem" "$@" 2>&1; }

answers() {
  case $1 in
    etcd-*) ask "https://127.0.0.1:$(port "$1")/health" | grep -q '"health":"true"' ;;
    s3) ask -o /dev/null "http://127.0.0.1:$(port s3)/" >/dev/null ;;
    kafka-*) connects "$(port "$1")" ;;
    *) ask -f "http://127.0.0.1:$(port "$1")/readyz" >/dev/null ;;
  esac
}

# A broker makes nothing of what curl says, but was there to hear it.
connects() {
  connected=0
  ask -o /dev/null "https://127.0.0.1:$1/" >/dev/null || connected=$?
  [ $connected != 7 ]
}

# Whether the process that was just launched lives, also before it has become what it is to be.
launched() {
  case $(ps -o stat= -p "$(cat "$dir/run/$1.pid")" 2>/dev/null) in '' | Z*) return 1 ;; esac
}

await_up() {
  patience=900 # tenths of a second
  until answers "$1"; do
    patience=$((patience - 2))
    if ! launched "$1" || [ $patience -le 0 ]; then
      tail -n 20 "$dir/log/$1.log" >&2
      fail "$1 does not start; the end of its log is above"
    fi
    sleep 0.2
  done
}

await_gone() {
  for name in "$@"; do
    while running "$name"; do sleep 0.05; done
  done
}

# Tells all to end and waits; a minute later it insists.
end_all() {
  ending=
  for name in "$@"; do
    if running "$name"; then
      kill "$(cat "$dir/run/$name.pid")"
      # One that was paused does not hear anything.
      kill -CONT "$(cat "$dir/run/$name.pid")" 2>/dev/null || true
      ending="$ending $name"
    fi
  done
  patience=600
  for name in $ending; do
    while running "$name"; do
      patience=$((patience - 1))
      if [ $patience -le 0 ]; then
        say "$name does not end: killing it"
        kill -KILL "$(cat "$dir/run/$name.pid")" 2>/dev/null || true
        patience=50
      fi
      sleep 0.1
    done
  done
}
