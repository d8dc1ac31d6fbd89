#!/usr/bin/env bash
# Every check, the cheapest first; with --long also all of Keras's numbers in Firefox, the kernels by Vulkan, and a
# minute of fuzzing for each parser. Installs what it needs; logs and screenshots go to artifacts/.
source "$(dirname "$0")/setup.sh"
case "$*" in
  "" | --long) long=${1:-} ;;
  *) echo "usage: scripts/test.sh [--long]" >&2; exit 2 ;;
esac
mkdir -p artifacts
passed=0
failed=0
table=
step() { # name, command... A failure does not hide what the later steps would say.
  local name=$1 start=$SECONDS result=ok
  shift
  say "== $name"
  if "$@"; then
    passed=$((passed + 1))
    echo "   ok, $((SECONDS - start)) s"
  else
    failed=$((failed + 1))
    result=FAILED
    say "   FAILED after $((SECONDS - start)) s: $name"
  fi
  table+=$(printf '%6d s  %-7s %s' $((SECONDS - start)) "$result" "$name")$'\n'
}

sizes() {
  local wasm=dist/tabfit_bg.wasm
  echo "   $wasm: $(wc -c <"$wasm") bytes, $(gzip -9c "$wasm" | wc -c) gzipped"
  [ "$(gzip -9c "$wasm" | wc -c)" -le 2438000 ] || { echo "The wasm is over 2.438 MB gzipped."; return 1; }
}

browser_tests() {
  # A browser's log can be thousands of lines: to a file, and only its end to the screen.
  WASM_BINDGEN_TEST_TIMEOUT=1500 timeout 2100 wasm-pack test --headless --chrome --release --mode no-install \
    --chromedriver "$(command -v chromedriver)" . --test suite >artifacts/wasm-pack.log 2>&1 || {
    grep -vE '^\s*$' artifacts/wasm-pack.log | tail -n 60
    return 1
  }
  grep -E '^test |test result' artifacts/wasm-pack.log
}

firefox_tests() { # seconds, parts of the suite
  timeout "$1" node tests/page/engines/suite.mjs "${@:2}" >artifacts/firefox.log 2>&1 || {
    tail -n 60 artifacts/firefox.log
    return 1
  }
  grep -E '^test |test result' artifacts/firefox.log
}

# wasm-pack lists in package.json the licences that it finds in pkg/, before it copies them there.
build_package() {
  mkdir -p pkg && cp LICENSE-* pkg/ && wasm-pack --quiet build --target web --mode no-install &&
    cargo run --quiet --release --package wasm-order -- pkg/tabfit_bg.wasm
}

# Clippy by the compiler's own door: `cargo clippy` would check all of burn again for wasm32, which
# takes minutes, and a build has it already.
lint_wasm() {
  RUSTC_WORKSPACE_WRAPPER=$(rustup which clippy-driver) CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ \
    cargo build --release --target wasm32-unknown-unknown --lib --test suite
}

formatting() { cargo fmt --all --check && cargo fmt --check --manifest-path tests/fuzz/Cargo.toml; }

fuzz() { # target
  local log=artifacts/fuzz-$1.log
  cargo_fuzz run "$1" -- -max_total_time=60 -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 -dict=tests/fuzz/json.dict \
    >"$log" 2>&1 || {
    tail -n 40 "$log"
    return 1
  }
  grep '^Done' "$log"
}

step "setup: wasm32 target" ensure_wasm_target
step "setup: crates" ensure_crates
step "formatting" formatting
step "setup: wasm-bindgen" ensure_wasm_bindgen
step "setup: Trunk" ensure_trunk
step "setup: wasm-pack" ensure_wasm_pack
step "setup: browser" ensure_browser
step "setup: Firefox and WebKit" ensure_engines
step "setup: node packages" ensure_node_tools
step "native tests" cargo test --workspace --no-fail-fast
step "round trips" tests/roundtrip/run.sh
step "lints, native" cargo clippy --workspace --all-targets -- -D warnings
step "documentation" env RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps
step "page" trunk build --offline
step "package" build_package
step "size" sizes
step "lints, wasm32" lint_wasm
step "types of the page" tests/page/node_modules/.bin/tsc -p jsconfig.json
step "types of the package" tests/page/node_modules/.bin/tsc -p tests/types
step "browser tests" browser_tests
step "page end to end" timeout 1500 node --test --test-concurrency=1 tests/page/*.test.mjs
step "page in Firefox and WebKit" timeout 300 node --test tests/page/engines/engine.test.mjs
step "kernels in Firefox" firefox_tests 600 kernels:: keras::five_steps_of_one_case
if [ -n "$long" ]; then
  step "Keras's numbers in Firefox" firefox_tests 1200 --include-ignored keras::
  step "kernels by Vulkan" env TABFIT_TEST_GPU=1 timeout 1200 cargo test --test suite -- kernels::
  step "setup: cargo-fuzz" ensure_cargo_fuzz
  step "fuzz targets" cargo_fuzz build
  for target in $(cargo_fuzz list); do step "fuzz $target" fuzz "$target"; done
else
  echo "More of Firefox, the kernels by Vulkan, and a minute of fuzzing for each parser: scripts/test.sh --long"
fi
printf '\n%s%6d s  in total\n\n' "$table" "$SECONDS"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
