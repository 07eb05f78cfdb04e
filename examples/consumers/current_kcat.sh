#!/usr/bin/env bash
# Keeps the current events of frontlog by their keys: kcat and awk.
#
# usage: current_kcat.sh [--once] [BOOTSTRAP] [TOPIC]      --once: end where the topic ends
#
# A null value, whose length kcat tells as -1, withdraws its key. One line is printed for each change; at the end, with
# --once, what is held, as JSON.
set -euo pipefail

once=""
if [ "${1:-}" = "--once" ]; then once="-e"; shift; fi
bootstrap="${1:-localhost:29092}"
topic="${2:-frontlog.events}"

# shellcheck disable=SC2086
kcat -C -q -b "$bootstrap" -t "$topic" -o beginning $once -f '%k\t%S\t%s\n' | awk -F '\t' '
  $2 == -1 {
    print ($1 in held ? "withdrawn" : "unknown"), $1
    delete held[$1]
    fflush()
    next
  }
  {
    # The type of an event stands before its claims and mentions; in JSON strings a quotation mark is escaped.
    type = match($3, /"type":"[a-z_]+"/) ? substr($3, RSTART + 8, RLENGTH - 9) : ""
    print ($1 in held ? "changed" : "added"), $1, type
    held[$1] = type
    fflush()
  }
  END {
    for (key in held) { json = json sep "\"" key "\": \"" held[key] "\""; sep = ", " }
    print "{" json "}"
  }'
