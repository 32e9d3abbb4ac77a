#!/usr/bin/env bash
# ./dev sim --seeds N [--first S] | --seed S | --hours H: the simulations of every module, with more
# seeds, or from another one on, or one of them; --hours is how long the call that goes on and on does.
set -euo pipefail
source tools/lib.sh
while [ $# -gt 0 ]; do
  case "$1" in
    --seeds) export VV_SIM_SEEDS=$2; shift 2 ;;
    --first) export VV_SIM_FIRST=$2; shift 2 ;;
    --seed) export VV_SIM_FIRST=$2 VV_SIM_SEEDS=1; shift 2 ;;
    --hours) export VV_SIM_HOURS=$2; shift 2 ;;
    *) echo "./dev sim --seeds N [--first S] | --seed S | --hours H" >&2; exit 2 ;;
  esac
done
configure debug
cmake --build build/debug --target vv_tests
for program in build/debug/tests/*_test; do
  "$program" --gtest_filter='*Sim*'
done
