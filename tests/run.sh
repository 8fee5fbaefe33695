#!/usr/bin/env bash
# What `./dev test` runs. Ends with one line "N passed, N failed" over all suites.
set -uo pipefail
cd "$(dirname "$0")/.."
parts=("$@")
[ ${#parts[@]} = 0 ] && parts=(unit web e2e fault sanitized fuzz)

passed=0 failed=0
log=$(mktemp -d)
trap 'rm -rf "$log"' EXIT
say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }

# Adds up the runner's own counts; a runner that failed without counting is one failure.
count() {  # status, file, kind
  local p=0 f=0
  case $3 in
    ctest)
      # Where suites ran once more, the first run tells how many there are and the last one how many failed.
      f=$(sed -nE 's/.* ([0-9]+) tests? failed out of ([0-9]+).*/\1/p' "$2" | tail -1)
      total=$(sed -nE 's/.* ([0-9]+) tests? failed out of ([0-9]+).*/\2/p' "$2" | head -1)
      p=$(( ${total:-0} - ${f:-0} )) ;;
    node)
      p=$(awk '$2 == "pass" && $3 ~ /^[0-9]+$/ { n += $3 } END { print n + 0 }' "$2")
      f=$(awk '($2 == "fail" || $2 == "cancelled") && $3 ~ /^[0-9]+$/ { n += $3 } END { print n + 0 }' "$2") ;;
  esac
  p=${p:-0} f=${f:-0}
  [ "$1" != 0 ] && [ "$f" = 0 ] && f=1
  passed=$((passed + p)) failed=$((failed + f))
}

run() {  # name, kind, command…
  local name=$1 kind=$2; shift 2
  say "$name"
  "$@" 2>&1 | tee "$log/out"
  count "${PIPESTATUS[0]}" "$log/out" "$kind"
}

build() { ./dev _build "$@" || { failed=$((failed + 1)); return 1; }; }

for part in "${parts[@]}"; do
  case $part in
    unit) build release && run "unit and integration tests" ctest ./dev _unit release ;;
    asan)
      build asan && ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 \
        run "unit and integration tests under AddressSanitizer" ctest ./dev _unit asan ;;
    # Leaks are not looked for here: what fontconfig keeps for ever would hide them. The churn test counts memory instead.
    sanitized)
      build asan --target tessera &&
        TESSERA_BINARY=$PWD/build/asan/tessera ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 \
        run "hostile input under AddressSanitizer" node ./dev _node tests/fault/hostile*.test.mjs ;;
    # Each target tells how to see its failure again. Longer: ./dev fuzz 3600.
    fuzz) build fuzz && run "fuzz targets, ${TESSERA_FUZZ_SECONDS:-20} s each" node node tests/fuzz/run.mjs "${TESSERA_FUZZ_SECONDS:-20}" ;;
    tsan) build tsan && run "pure tests under ThreadSanitizer" ctest ./dev _unit tsan -L unit ;;
    web) run "tests of the page's modules" node ./dev _node tests/unit/web/*.test.mjs tests/support/*.test.mjs ;;
    e2e) build release && run "end-to-end tests" node ./dev _node tests/e2e/*.test.mjs ;;
    fault) build release && run "fault tests" node ./dev _node tests/fault/*.test.mjs ;;
    *) echo "unknown part: $part (unit, web, e2e, fault, sanitized, fuzz, asan, tsan)" >&2; exit 2 ;;
  esac
done

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
