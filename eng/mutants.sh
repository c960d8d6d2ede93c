#!/usr/bin/env bash
# Plants known bugs, one at a time, in a scratch copy, and sees whether the tests notice:
#
#   bash eng/mutants.sh                    # all of tests/mutants
#   bash eng/mutants.sh registries/redis   # one folder of it, or one patch
#   bash eng/mutants.sh sim                # those that exploring has to find
#   bash eng/mutants.sh sim FOLDER         # the same; results are kept there, and what is there is not done again
#
# A patch begins with lines that say which bug it is (# bug: ...), which test project should notice (# suite: tests/...)
# and, if that is not all of its tests, which (# filter: ..., as dotnet test takes it). "# suite: explore" is no project: there
# the simulator has 200 seeds to find the bug in, and the table tells the check that did, what it was shrunk to, and whether the
# scenario and the test that were saved fail with the bug: see mutants-explore.sh.
# "# patch: calls/03-retries-are-free.patch" takes the change itself from another patch. Exits with 0 if every bug was noticed.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
group=${1:-}
kept=${2:-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
log=$scratch/log
tree=$scratch/tree

say() { echo "mutants: $*" >&2; }

header() { sed -n "s/^# $2: *//p" "$1"; }

# The file with the change, which may be another one.
change() {
  local other
  other=$(header "$1" patch)
  echo "${other:+$root/tests/mutants/}${other:-$1}"
}

# For mutants-explore.sh.
export root
export -f say header change

# A planted bug need not be in good style.
build() { dotnet build "$tree/$1" --configuration Release --verbosity quiet -p:RunAnalyzers=false >"$log" 2>&1; }

# suite FOLDER FILTER; one that hangs has noticed as well.
suite() {
  local filter=()
  [ -z "$2" ] || filter=(--filter "$2")
  timeout 600 dotnet test "$tree/$1" --no-build --configuration Release --blame-hang-timeout 3m "${filter[@]}" >"$log" 2>&1
}

first_failed_test() { sed -n 's/^ *Failed \([^ ]*\).*/\1/p' "$log" | sed -n 1p | sed 's/^HA\.Core\.//'; }

[ -e "$root/tests/mutants/$group" ] || { say "there is no tests/mutants/$group"; exit 2; }
mapfile -t patches < <(find "$root/tests/mutants/$group" -name '*.patch' | sort)
[ ${#patches[@]} -gt 0 ] || { say "tests/mutants/$group holds no patch"; exit 2; }
for patch in "${patches[@]}"; do
  [ -n "$(header "$patch" bug)" ] && [ -n "$(header "$patch" suite)" ] || { say "$patch lacks '# bug:' or '# suite:'"; exit 2; }
done

# The tree as it is, uncommitted changes included.
mkdir "$tree"
(cd "$root" && git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  if [ -e "$file" ]; then printf '%s\0' "$file"; fi
done | tar --null --files-from - --create) | tar --extract --directory "$tree"

explored=()
others=()
for patch in "${patches[@]}"; do
  if [ "$(header "$patch" suite)" = explore ]; then explored+=("$patch"); else others+=("$patch"); fi
done
status=0
if [ ${#explored[@]} -gt 0 ]; then
  bash "$root/eng/mutants-explore.sh" "$tree" "${kept:-$scratch/explored}" "${explored[@]}" || status=$?
  [ $status -le 1 ] || exit $status
fi
[ ${#others[@]} -gt 0 ] || exit $status
patches=("${others[@]}")

# Without a bug everything must pass, or nothing that follows means anything: all that the patches use of a suite, at once.
for patch in "${patches[@]}"; do printf '%s\t%s\n' "$(header "$patch" suite)" "$(header "$patch" filter)"; done | sort -u >"$scratch/suites"
while read -r name <&3; do
  filter=$(awk -F '\t' -v name="$name" '$1 == name { if ($2 == "") whole = 1; all = all (all == "" ? "" : "|") $2 } END { if (!whole) print all }' "$scratch/suites")
  say "without a bug: $name ${filter:-(all)}"
  build "$name" && suite "$name" "$filter" || { tail -40 "$log" >&2; say "$name fails without any bug"; exit 2; }
done 3< <(cut -f 1 "$scratch/suites" | sort -u)

rows=()
for patch in "${patches[@]}"; do
  name=${patch#"$root/tests/mutants/"}
  project=$(header "$patch" suite)
  by=
  source=$(change "$patch")
  if ! (cd "$tree" && git apply "$source" 2>"$log"); then
    verdict="no longer applies"
  else
    if ! build "$project"; then
      verdict="does not build"
      grep -m 3 'error' "$log" >&2 || true
    elif suite "$project" "$(header "$patch" filter)"; then
      verdict=survived
    else
      verdict=killed
      by=$(first_failed_test)
    fi
    (cd "$tree" && git apply --reverse "$source")
  fi
  [ "$verdict" = killed ] || status=1
  say "$name: $verdict ${by:+by $by}"
  rows+=("| ${name%.patch} | $(header "$patch" bug) | $verdict | ${by:-${verdict/killed/a run that never ended}} |")
done

echo "| patch | bug | verdict | noticed by |"
echo "| --- | --- | --- | --- |"
printf '%s\n' "${rows[@]}"
exit $status
