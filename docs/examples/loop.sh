#!/bin/sh
# The loop with curl and sed alone: how small can xz make this repository's C files with 64 MiB of memory? Settings that need more memory,
# and some that xz does not have (lc + lp above 4), end with an error. Nobody tells the server why.
#
#   SIGOPT_API_URL=... SIGOPT_API_TOKEN=... sh docs/examples/loop.sh
set -eu
files=$(mktemp)
trap 'rm -f "$files" "$files.xz"' EXIT
cat "$(dirname "$0")"/../../*/*.c >"$files"

api() { # PATH [BODY]: prints the reply; an error ends the program
    reply=$(curl -sS --fail-with-body -u "$SIGOPT_API_TOKEN:" "$SIGOPT_API_URL/v1/$1" ${2:+-d "$2"}) || { echo "$reply" >&2 && exit 1; }
    echo "$reply"
}
member() { # NAME: the first member of that name, a text or a number, of the JSON on standard input
    grep -o "\"$1\":\"\{0,1\}[^\",}]*" | head -n 1 | sed 's/[^:]*:"\{0,1\}//'
}

budget=30
experiment=$(api experiments '{
  "name": "xz, from a shell", "observation_budget": '$budget',
  "metrics": [{"name": "bytes", "objective": "minimize"}],
  "parameters": [{"name": "log_dict", "type": "int", "bounds": {"min": 12, "max": 26}},
                 {"name": "nice", "type": "int", "bounds": {"min": 8, "max": 273}},
                 {"name": "lc", "type": "int", "bounds": {"min": 0, "max": 4}},
                 {"name": "lp", "type": "int", "bounds": {"min": 0, "max": 4}},
                 {"name": "mf", "type": "categorical", "categorical_values": ["hc4", "bt2", "bt4"]}]}')
experiment=$(echo "$experiment" | member id)

failed=0
for _ in $(seq $budget); do
    suggestion=$(api "experiments/$experiment/suggestions" '{"fields": "id,assignments"}')
    get() { echo "$suggestion" | member "$1"; }
    options="dict=$((1 << $(get log_dict))),nice=$(get nice),lc=$(get lc),lp=$(get lp),mf=$(get mf)"
    if xz --format=raw --memlimit-compress=64MiB --no-adjust --lzma2="$options" <"$files" >"$files.xz" 2>/dev/null; then
        report='"values": [{"name": "bytes", "value": '$(wc -c <"$files.xz")'}]'
    else
        report='"failed": true' failed=$((failed + 1))
    fi
    api "experiments/$experiment/observations" '{"suggestion": "'"$(get id)"'", '"$report"'}' >/dev/null
done
best=$(api "experiments/$experiment/best_assignments")
echo "experiment $experiment: $(echo "$best" | member value | cut -d . -f 1) bytes of $(wc -c <"$files"); $failed of $budget failed"
echo "$best" | sed 's/.*"assignments":\({[^}]*}\).*/\1/'
