#!/usr/bin/env bash
# ./dev bench [name…]: builds the benchmarks (preset `bench`) and runs the named ones, or all.
set -euo pipefail
source tools/lib.sh
configure bench
cmake --build build/bench
shopt -s nullglob
if [ $# -gt 0 ]; then
  for name in "$@"; do "build/bench/benches/$name"; done
else
  for program in build/bench/benches/*; do "$program"; done
fi
