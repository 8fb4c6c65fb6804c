#!/bin/sh
# launch.sh RECORD DEFINITION PROGRAM [ARGUMENT…]
#
# Writes its pid, its start and the definition it was started with to RECORD, then becomes PROGRAM: both keep
# the same pid and start. Whoever finds the process later, even without its supervisor, knows it by these.
record=$1
definition=$2
shift 2

if [ -r "/proc/$$/stat" ]; then
  read -r boot <"/proc/sys/kernel/random/boot_id"
  start=$boot:$(sed 's/.*) //' "/proc/$$/stat" | cut -d ' ' -f 20)
else
  start=$(LC_ALL=C ps -o lstart= -p $$ | awk '{ $1 = $1; print }')
fi
printf '%s\n%s\n%s\n' "$$" "$start" "$definition" >"$record.new" && mv -f "$record.new" "$record"

exec "$@"
