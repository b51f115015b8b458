#!/usr/bin/env bash
# Runs a transcript: each "$ " line in an empty folder, and compares what is said and the exit code with what the file says.
#   transcript.sh FOLDER_OF_PROGRAMS FILE        UPDATE=1 writes the file anew: read the difference before you commit it.
# A command's output follows it, indented by two, without empty lines; "[n]" says that it ended with n, and nothing that it ended with 0. Keys, digests, words of
# fingerprints and folders differ from run to run and are replaced by their names. $project is the project's root.
set -uo pipefail
programs=$(cd "$1" && pwd); file=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export project PATH="$programs:$PATH" LC_ALL=C.UTF-8
unset CONCORDAT_CONFIG
umask 022
# A program that a transcript starts leaves its number in the file pid, so that it ends whatever happens.
work=$(mktemp -d); trap '[ -f "$work/here/pid" ] && kill "$(cat "$work/here/pid")" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" && mkdir here && cd here

same_each_time() {
  sed -E -e "s#$work/here#HERE#g" -e "s#$project#PROJECT#g" -e 's/[0-9a-f]{128}/SIGNATURE/g' -e 's/[0-9a-f]{64}/HEX/g' \
    -e 's/\b([a-z]{5}[ -]){5}[a-z]{5}\b/WORDS/g' -e '/^ *$/d' -e 's/^/  /'
}

while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '$ '*)
      printf '%s\n' "$line"
      bash -c "${line#\$ }" </dev/null >"$work/out" 2>&1; status=$?
      same_each_time <"$work/out"
      [ $status = 0 ] || printf '  [%s]\n' $status ;;
    '#'* | '') printf '%s\n' "$line" ;;
  esac
done <"$file" >"$work/actual"

if [ "${UPDATE:-}" = 1 ]; then cp "$work/actual" "$file"; exit; fi
diff -u --label "$(basename "$file"): as written" --label "as it ran" "$file" "$work/actual"
