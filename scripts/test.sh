#!/usr/bin/env bash
# Every check, the cheapest first; `--long` runs what is slow and rarely breaks instead, or those parts of it that are named.
# Installs what it needs; logs and screenshots go to artifacts/.
source "$(dirname "$0")/setup.sh"
long_parts=(documentation trunk page training storage deaths firefox-deaths coverage rust-coverage
  mutants-decisions mutants-scores mutants-care parsers soak bundlers release firefox firefox-plain
  vulkan formats handover fuzz-pictures fuzz-networks fuzz-formats)
usage() {
  echo "usage: scripts/test.sh [--long [PART...]], where a PART is one of: ${long_parts[*]}" >&2
  exit 2
}
long=()
if [ $# -gt 0 ]; then
  [ "$1" = --long ] || usage
  shift
  long=("$@")
  [ $# -gt 0 ] || long=("${long_parts[@]}")
  for part in "${long[@]}"; do [[ " ${long_parts[*]} " = *" $part "* ]] || usage; done
fi
mkdir -p artifacts
table=artifacts/steps.txt
: >"$table"
step() { # name, command... A failure does not hide what the later steps would say.
  local name=$1 start=$SECONDS result=ok
  shift
  say "== $name"
  if "$@"; then
    echo "   ok, $((SECONDS - start)) s"
  else
    result=FAILED
    say "   FAILED after $((SECONDS - start)) s: $name"
  fi
  row $((SECONDS - start)) "$result" "$name" >>"$table"
}
row() { printf '%6d s  %-7s %s\n' "$@"; } # seconds, result, name

# What the browser tests are compiled of: no test needs the part for clinic and laboratory, and with it the crate half has a
# feature more, so that all of burn would be compiled again.
as_tested=(--no-default-features --features decoders,exchange,formats,web,webgpu)

browser_tests() {
  # A browser's log can be thousands of lines: to a file, and only its end to the screen.
  WASM_BINDGEN_TEST_TIMEOUT=1500 timeout 2100 wasm-pack test --headless --chrome --release --mode no-install \
    --chromedriver "$(command -v chromedriver)" . --test suite "${as_tested[@]}" >artifacts/wasm-pack.log 2>&1 || {
    grep -vE '^\s*$' artifacts/wasm-pack.log | tail -n 60
    return 1
  }
  grep -E '^test |test result' artifacts/wasm-pack.log
}

# What measures time, memory or the processor, or trains on a GPU in software, which is the processor too.
alone=(cost die gpu-faults gpu-work limits memory one-file package-gpu package-network package-pretrained privacy steer stop threads webgpu)

# What takes long and rarely fails: whole files, and those with single tests of the kind.
slow=(bench-keras cameras large-drop names report-folds runs-many soak storage-browser)
partly_slow=(cost digits gpu-faults gpu-work kept-features limits settings steer)

page_test() { # file. It has ten minutes: what hangs costs no more, and the others still run.
  local start=$SECONDS result=ok log
  log=artifacts/$(basename "$1" .test.mjs).log
  timeout 600 node --test "$1" >"$log" 2>&1 || {
    result=FAILED
    cat "$log"
  }
  row $((SECONDS - start)) "$result" "$1"
  grep -E '^# total: ' "$log" || true # what was counted
  [ "$result" = ok ]
}

page_tests() { # Two at a time, because a page mostly waits for something; and then, one by one, those that two would disturb.
  local file result=0 together=()
  for file in tests/page/*.test.mjs; do [[ " ${alone[*]} ${slow[*]} " = *" $(basename "$file" .test.mjs) "* ]] || together+=("$file"); done
  export -f page_test row
  printf '%s\n' "${together[@]}" | xargs -P 2 -I{} bash -c 'page_test {}' || result=1
  for file in "${alone[@]}"; do page_test "tests/page/$file.test.mjs" || result=1; done
  return $result
}

firefox_tests() { # seconds, parts of the suite
  timeout "$1" node tests/page/engines/suite.mjs "${@:2}" >artifacts/firefox.log 2>&1 || {
    tail -n 60 artifacts/firefox.log
    return 1
  }
  grep -E '^test |test result' artifacts/firefox.log
}

lint_wasm() {
  local lint=(env "RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/lint.sh" cargo build --release --target wasm32-unknown-unknown) part
  "${lint[@]}" --package tabfit --lib --test suite "${as_tested[@]}" || return
  for part in cpu exchange late-decoders late-clinic late-formats study; do "${lint[@]}" --package "tabfit-$part" || return; done
}

# The compiler's last crate and most tests leave one of two cores idle, so what needs only the compiler for wasm32 runs beside
# what runs natively. The page's tool is called by its path, because cargo would wait for the other cargo.
native_steps() {
  local -x RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/lint.sh
  step "native tests" cargo test "${native[@]}" --no-fail-fast
  step "round trips" tests/roundtrip/run.sh
  step "lints, native" without_warnings cargo test "${native[@]}" --no-run
}
without_warnings() { # command; cargo repeats what the compiler said of crates that are up to date
  "$@" >artifacts/lints.log 2>&1 && ! grep -q '^warning' artifacts/lints.log || {
    cat artifacts/lints.log
    return 1
  }
}
wasm_steps() {
  step "page" "${CARGO_TARGET_DIR:-target}/debug/tabfit-page" build
  step "lints, wasm32" lint_wasm
  step "browser tests, compiled" cargo build --quiet --tests --release --target wasm32-unknown-unknown --test suite "${as_tested[@]}"
}
side_by_side() {
  native_steps >artifacts/native.log 2>&1 &
  local native=$!
  wasm_steps
  wait "$native"
  cat artifacts/native.log
}

# What is compiled beside what is downloaded.
downloads() {
  step "setup: browser" ensure_browser
  step "setup: Firefox and WebKit" ensure_engines
  step "setup: node packages" ensure_node_tools
  step "setup: bundler" ensure_bundler
}
install() {
  downloads >artifacts/downloads.log 2>&1 &
  local downloads=$!
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: wasm-pack" ensure_wasm_pack
  wait "$downloads"
  cat artifacts/downloads.log
}

formatting() { cargo fmt --all --check && cargo fmt --check --manifest-path tests/fuzz/Cargo.toml; }

source scripts/long-parts.sh

step "setup: wasm32 target" ensure_wasm_target
step "setup: crates" ensure_crates
if [ ${#long[@]} -gt 0 ]; then
  for part in "${long[@]}"; do part "$part"; done
else
  step "formatting" formatting
  install
  step "tool of the page" cargo build --quiet "${native[@]}" --bin tabfit-page
  side_by_side
  step "package" scripts/package.sh
  step "sizes" scripts/page.sh sizes
  step "types of the page" tests/page/node_modules/.bin/tsc -p jsconfig.json
  step "types of its service worker" tests/page/node_modules/.bin/tsc -p www/offline/jsconfig.json
  step "types of the page in one file" tests/page/node_modules/.bin/tsc -p www/one-file/jsconfig.json
  step "types of the package" tests/page/node_modules/.bin/tsc -p tests/types
  step "browser tests" browser_tests
  step "page end to end" page_tests
  step "page in Firefox and WebKit" timeout 600 node --test tests/page/engines/engine.test.mjs
  step "page in one file in Firefox" timeout 300 node --test tests/page/engines/one-file.test.mjs
  step "kernels in Firefox" firefox_tests 900 kernels:: keras::five_steps_of_one_case
  step "kernels in plain SIMD" firefox_tests 900 --plain kernels::limits:: keras::five_steps_of_one_case
  echo "What is slow and rarely breaks: scripts/test.sh --long, or some of: ${long_parts[*]}"
fi
echo
cat "$table"
if [ ${#long[@]} -gt 0 ]; then whole="in total"; else whole="the whole run, which takes at most 3000 s on two slow cores"; fi
row "$SECONDS" "" "$whole"
echo
failed=$(grep -c ' FAILED ' "$table" || true)
echo "$(grep -c ' ok ' "$table" || true) passed, $failed failed"
[ "$failed" = 0 ]
