#!/usr/bin/env bash
# ./dev tsan [module…]: unit tests under ThreadSanitizer, of the modules that work on several threads
# or of those named. It costs a build of its own and runs five to fifteen times slower, so
# simulations, which have one thread, run a few seeds.
set -euo pipefail
source tools/lib.sh
modules=("$@")
[ $# -gt 0 ] || modules=(base store reactive net blobs identity market server)
configure tsan
cmake --build build/tsan --target "${modules[@]/%/_test}"
export VV_SIM_SEEDS=${VV_SIM_SEEDS:-10}
export TSAN_OPTIONS="second_deadlock_stack=1 ${TSAN_OPTIONS:-}"
failed=()
for module in "${modules[@]}"; do
  # Death tests fork, which TSan does not follow past several threads.
  "build/tsan/tests/${module}_test" --gtest_brief=1 --gtest_filter=-'*DeathTest*' || failed+=("$module")
done
[ ${#failed[@]} -eq 0 ] || { echo "TSan: ${failed[*]}" >&2; exit 1; }
