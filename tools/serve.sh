#!/usr/bin/env bash
# The server with --dev on 8080 and Vite on 5173, which proxies /api, /rtc and /.well-known to it.
set -euo pipefail
source tools/lib.sh
need_node
build_product
build/visavis serve --dev --demo "$@" &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
npm --prefix frontend run dev
