#!/usr/bin/env bash
# Reads the protections of a built program from its ELF file: hardening.sh PROGRAM
set -uo pipefail
program=$1
missing=0
lack() { printf 'hardening: %s: %s\n' "$program" "$*" >&2; missing=1; }

header=$(readelf -hW "$program") || exit 1
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf --dyn-syms -W "$program")

grep -qE 'Type: +DYN' <<<"$header" && grep -qE 'FLAGS_1.*PIE' <<<"$dynamic" ||
  lack "it is loaded at a fixed address (no PIE)"
grep -q GNU_RELRO <<<"$segments" || lack "no RELRO segment (-z relro)"
grep -qE 'BIND_NOW|FLAGS_1.*NOW' <<<"$dynamic" || lack "its function table stays writable (-z now)"
grep -qE 'GNU_STACK.* RW +0x' <<<"$segments" || lack "its stack is executable"
grep -q '__stack_chk_fail' <<<"$symbols" || lack "no stack protector (-fstack-protector-strong)"
grep -qE ' __(memcpy|memmove|snprintf|vsnprintf|fprintf|read)_chk' <<<"$symbols" || lack "no _FORTIFY_SOURCE"
grep -q '__glibcxx_assert_fail' <<<"$symbols" || lack "no _GLIBCXX_ASSERTIONS"
if grep -q 'X86-64' <<<"$header"; then
  # The start files of Debian 12 are not marked, so the note of the whole is missing; our functions begin with ENDBR64.
  marks=$(LC_ALL=C grep -aoP '\xf3\x0f\x1e\xfa' "$program" | wc -l)
  [ "$marks" -gt 100 ] || lack "indirect branches are not marked (-fcf-protection)"
fi
exit $missing
