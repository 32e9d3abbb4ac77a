#!/usr/bin/env bash
# ./dev sim --seeds N [--first S] | --seed S: the simulations of every module, with more seeds, or from
# another one on, or one of them. ./dev sim --day [HOURS]: a day of talk alone, and what it came to.
set -euo pipefail
source tools/lib.sh
while [ $# -gt 0 ]; do
  case "$1" in
    --seeds) export VV_SIM_SEEDS=$2; shift 2 ;;
    --first) export VV_SIM_FIRST=$2; shift 2 ;;
    --seed) export VV_SIM_FIRST=$2 VV_SIM_SEEDS=1; shift 2 ;;
    --day)
      configure release
      cmake --build build --target sfu_test
      VV_SIM_TELL=1 VV_SIM_HOURS=${2:-24} exec build/tests/sfu_test --gtest_filter='DaySim.*'
      ;;
    *) echo "./dev sim --seeds N [--first S] | --seed S | --day [HOURS]" >&2; exit 2 ;;
  esac
done
configure debug
cmake --build build/debug --target vv_tests
for program in build/debug/tests/*_test; do
  "$program" --gtest_filter='*Sim*'
done
