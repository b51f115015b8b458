# What ./ops/up, ./ops/test and ./ops/bench share: packages, configuring, building with progress. Sourced, not run.
# Needs: bash, apt and either root or sudo. Touches nothing of the machine but its packages.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
started=$(date +%s)

say() { printf '%s\n' "$*"; }
fail() { printf 'ops: %s\n' "$*" >&2; exit 1; }
elapsed() { local s=$(($(date +%s) - $1)); printf '%dm%02ds' $((s / 60)) $((s % 60)); }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else fail "installing packages needs root: run as root, or install sudo, or install the packages of ops/lib/packages.txt by hand"
  fi
}

# More marks of packages.txt that are wanted, as words.
package_marks=
wanted_packages() { awk -v marks=" $package_marks " '!/^#/ && (NF == 1 || index(marks, " " $2 " ")) { print $1 }' "$root/ops/lib/packages.txt"; }

missing_packages() {
  local name
  for name in $(wanted_packages); do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
  done
}

# Installs what is missing; says one line.
install_packages() {
  local missing began; began=$(date +%s)
  missing=$(missing_packages)
  if [ -z "$missing" ]; then say "  packages $(wanted_packages | wc -l) there"; return; fi
  command -v apt-get >/dev/null || fail "this is not Debian: install by hand what ops/lib/packages.txt names"
  say "  packages: installing $(echo "$missing" | wc -l) of $(wanted_packages | wc -l), about two minutes on a new machine"
  mkdir -p "$root/build"
  local log=$root/build/packages.log
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "apt-get update failed; all of it is in build/packages.log"; }
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >>"$log" 2>&1 ||
    { tail -n 5 "$log" >&2; fail "apt-get install failed; all of it is in build/packages.log"; }
  say "  packages $(wanted_packages | wc -l) there, installed in $(elapsed "$began")"
}

# Ninja's lines, thinned: in place on a terminal, one line in ten per cent otherwise; errors whole.
show_progress() {
  local tty=0; [ -t 1 ] && tty=1
  awk -v tty=$tty '
    match($0, /^\[[0-9]+\/[0-9]+\]/) {
      split(substr($0, 2, RLENGTH - 2), n, "/")
      if (tty) { printf "\r  build %d/%d", n[1], n[2]; fflush() }
      else if (int(n[1] * 10 / n[2]) > last) { last = int(n[1] * 10 / n[2]); printf "  build %d/%d\n", n[1], n[2]; fflush() }
      next
    }
    /^ninja: (no work to do|Entering directory)/ { next }
    { if (tty) printf "\n"; print; fflush() }
    END { if (tty) printf "\r" }'
}

# True if DIR was configured with another compiler than cmake_words asks for.
other_compiler() {
  local wanted had
  wanted=$(printf '%s\n' "${cmake_words[@]}" | sed -n 's/^-DCMAKE_CXX_COMPILER=//p')
  had=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$1/CMakeCache.txt" 2>/dev/null) || had=
  [ -n "$wanted" ] && [ -n "$had" ] && [ "${had##*/}" != "${wanted##*/}" ]
}

# build DIR TARGET... : configures DIR once, again if it was for another compiler, and builds. More cmake words in the array cmake_words.
cmake_words=()
build() {
  local dir=$1 began; shift; began=$(date +%s)
  if other_compiler "$dir"; then rm -rf "$dir/CMakeCache.txt" "$dir/CMakeFiles" "$dir/build.ninja"; fi
  if [ ! -f "$dir/build.ninja" ]; then
    mkdir -p "$dir"
    cmake -S "$root" -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE=Release "${cmake_words[@]}" >"$dir/configure.log" 2>&1 ||
      { grep -A5 -E 'CMake Error' "$dir/configure.log" >&2 || tail -n 20 "$dir/configure.log" >&2; fail "cmake failed; all of it is in $dir/configure.log"; }
  fi
  ninja -C "$dir" "$@" 2>&1 | show_progress || fail "the build failed: see above"
  say "  build ready in $(elapsed "$began")"
}
