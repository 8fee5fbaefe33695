#!/usr/bin/env bash
# What `./dev check` runs: formatting, include direction, doc links, shipped files, clang-tidy.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
complain() { printf 'check: %s\n' "$*" >&2; bad=1; }

./dev format --check || complain "formatting: run ./dev format"

# A folder includes only what src/CMakeLists.txt lets it see; the build enforces it, this says it in one line.
while read -r file include; do
  folder=$(cut -d/ -f2 <<<"$file")
  case "$folder:$include" in
    base:base|gst:gst|gst:base|layout:base|layout:layout|audio:base|audio:audio|messages:*) ;;
    media:webrtc|media:recording|webrtc:media|webrtc:recording|recording:media|recording:webrtc)
      complain "$file includes $include/: room joins them" ;;
    server:room|server:media|server:webrtc) complain "$file includes $include/: server knows rooms by messages only" ;;
  esac
# webrtc/offer_check.hpp is pure, and all of webrtc that the build lets the server see.
done < <(grep -HE '^#include "[a-z]+/' -r src --include='*.?pp' | grep -v '"webrtc/offer_check.hpp"' |
         grep -oE '^[^:]+:#include "[a-z]+/' | sed -E 's/:#include "([a-z]+)\//  \1/')

# Relative links in the documents lead somewhere.
while IFS=: read -r file link; do
  target=$(dirname "$file")/${link%%#*}
  [ -e "$target" ] || complain "$file: broken link $link"
done < <(grep -HoE '\]\(([^):#]+)(#[^)]*)?\)' README.md SECURITY.md docs/*.md docs/decisions/*.md tests/README.md |
         sed -E 's/\]\(([^)]*)\)$/\1/')

if [ -x build/release/tessera ]; then
  build/release/tessera check || complain "tessera check refuses the shipped files"
fi

if [ -f build/dev/compile_commands.json ] && command -v clang-tidy >/dev/null; then
  base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse HEAD~1 2>/dev/null || true)
  mapfile -t changed < <(git diff --name-only --diff-filter=AM ${base:+"$base"} -- 'src/*.cpp')
  [ ${#changed[@]} -gt 0 ] && { clang-tidy -p build/dev --quiet "${changed[@]}" || complain "clang-tidy"; }
fi
[ "$bad" = 0 ] && echo "check: all is well"
exit "$bad"
