#!/usr/bin/env bash
# ./dev bench [name…]: runs the named benchmarks, or all: thing_bench.cpp measures parts of the
# program (preset `bench`), thing_bench.mjs the product as it is served (preset `release`). `thing` will do.
set -euo pipefail
source tools/lib.sh
shopt -s nullglob
names=("$@")
if [ $# -eq 0 ]; then
  for file in bench/*_bench.{cpp,mjs}; do names+=("$(basename "${file%.*}")"); done
fi
for name in "${names[@]}"; do
  name=${name%_bench}_bench
  if [ -f "bench/$name.mjs" ]; then
    build_product
    node "bench/$name.mjs"
  else
    configure bench
    cmake --build build/bench --target "$name"
    "build/bench/benches/$name"
  fi
done
