# Sourced: a container engine. That which answers, or one of its own: in a network namespace of its own, ended by
# end_engine. Sets $inside to what a command is run with that is to reach ports of containers. $work is a folder for it.
inside=
space=millrace-$$

start_engine() {
  if [ -n "${DOCKER_HOST:-}" ] || docker version >/dev/null 2>&1; then return 0; fi
  if ! command -v dockerd >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "no container engine answers, and none can be started (dockerd, root)" >&2
    exit 3
  fi
  ip netns add "$space"
  inside="nsenter --net=/var/run/netns/$space"
  $inside ip link set lo up
  setsid $inside dockerd --host "unix://$work/docker.sock" --data-root "$work/data" \
    --exec-root "$work/exec" --pidfile "$work/docker.pid" --dns 127.0.0.1 \
    >"$work/dockerd.log" 2>&1 </dev/null &
  export DOCKER_HOST="unix://$work/docker.sock"
  for try in $(seq 100); do
    docker version >/dev/null 2>&1 && break
    [ "$try" != 100 ] || { cat "$work/dockerd.log" >&2; exit 1; }
    sleep 0.2
  done
}

end_engine() {
  [ -n "$inside" ] || return 0
  [ ! -f "$work/docker.pid" ] || kill "$(cat "$work/docker.pid")" 2>/dev/null || true
  for try in 1 2 3 4 5 6 7 8 9 10; do [ -f "$work/docker.pid" ] && sleep 1 || break; done
  umount "$work/exec/netns/default" 2>/dev/null || true
  ip netns del "$space" 2>/dev/null || true
}
