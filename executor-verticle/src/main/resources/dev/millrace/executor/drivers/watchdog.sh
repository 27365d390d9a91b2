# Ends the steps of one executor when its lease is over or it is gone, also when it is stopped or hangs.
# $1: the nine digits that its marks begin with; $2: file with the deadline; $3: pid of the executor.
# The deadline is in hundredths of a second, as /proc/uptime counts (suspended time included), or "idle".
# Sleeps in read while there is nothing to guard; a line on standard input wakes it, its end means that
# the executor has ended.
life=$1 file=$2 agent=$3
trap '' HUP INT TERM

end_all() {
  while pids=$(grep -lE "^Max file locks +${life}[0-9]{9} " /proc/[0-9]*/limits 2>/dev/null |
      while IFS=/ read -r _ _ pid _; do
        if read -r line 2>/dev/null <"/proc/$pid/stat"; then
          case ${line##*) } in [ZX]*) ;; *) echo "$pid" ;; esac
        fi
      done); [ -n "$pids" ]; do
    kill -KILL $pids 2>/dev/null
  done
}

while read -r _; do
  while read -r deadline <"$file" && [ "$deadline" != idle ]; do
    read -r now _ </proc/uptime
    read -r stat <"/proc/$$/stat"
    stat=${stat##*) }
    stat=${stat#* }
    if [ "${stat%% *}" != "$agent" ]; then
      break 2
    fi
    if [ "${now%.*}${now#*.}" -ge "$deadline" ]; then
      end_all
    fi
    sleep 0.5
  done
done
end_all
sleep 1
end_all
