# The parts of `scripts/test.sh --long`, each a function that makes steps; scripts/test.sh sources this file.

# A part of `--long` has forty minutes, on two slow cores too, and what it runs has what is left of them.
most=2400
part_end=0
left() { echo $((part_end > SECONDS ? part_end - SECONDS : 1)); }
part() { # its name
  local start=$SECONDS result=ok
  part_end=$((start + most))
  "long_${1//-/_}"
  [ $((SECONDS - start)) -le $most ] || result=FAILED
  row $((SECONDS - start)) $result "--long $1, which has $most s" >>"$table"
}

# A hundred thousand inputs take a parser of archives less than a minute, and one that builds networks a quarter of an hour. What has
# not had them after nineteen minutes, or when the part's time is over, has failed.
fuzz() { # target
  local log=artifacts/fuzz-$1.log words=$1
  case $1 in
    safetensors | model_header) words=network ;;
    features | joined) words=model_file ;;
  esac
  # What is new goes there, beside what is committed.
  python3 -m zipfile -e "tests/fuzz/seeds/$1.zip" "tests/fuzz/corpus/$1"
  local dictionary=tests/fuzz/dictionaries/$words.dict seconds=$((fuzz_end - $(date +%s)))
  [ $seconds -lt 1150 ] || seconds=1150
  [ $seconds -ge 1 ] || seconds=1 # 0 is without end
  cargo_fuzz run "$1" "tests/fuzz/corpus/$1" -- -runs=100000 -max_total_time=$seconds -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=1024 -dict="$dictionary" \
    >"$log" 2>&1 || {
    tail -n 40 "$log"
    return 1
  }
  echo "$1: $(grep '^Done' "$log")"
  grep -q '^Done 1[0-9]\{5\} runs' "$log"
}

fuzz_some() { # targets, two at a time
  export -f fuzz cargo_fuzz
  export fuzz_end=$(($(date +%s) + $(left)))
  printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'fuzz {}'
}

long_documentation() {
  step "documentation" env RUSTDOCFLAGS=-Dwarnings timeout "$(left)" cargo doc --workspace --no-deps
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: wasm-pack" ensure_wasm_pack
  step "setup: documentation site" ensure_documenter
  step "package" scripts/package.sh
  step "documentation site" timeout 300 scripts/docs.sh artifacts/site
}

long_trunk() { step "the same page by Trunk" timeout "$(left)" scripts/trunk-equal.sh; }

for_the_page() {
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: browser" ensure_browser
  step "setup: node packages" ensure_node_tools
  step "page" scripts/page.sh build
}

long_page() { # whole files
  local file
  for_the_page
  (ensure_python_packages) || true # without Keras, what compares with it says so
  for file in "${slow[@]}"; do
    [[ "$file" =~ ^(soak|storage-browser)$ ]] || step "$file" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test "tests/page/$file.test.mjs"
  done
}

long_training() { # of files whose other tests are quick, the slow ones
  local file
  for_the_page
  for file in "${partly_slow[@]}"; do
    step "$file, what is slow in it" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test --test-only "tests/page/$file.test.mjs"
  done
}

long_storage() { # It needs no built page.
  step "setup: browser" ensure_browser
  step "setup: node packages" ensure_node_tools
  for file in storage-faults storage-browser two-tabs; do
    step "$file, all of it" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test "tests/page/$file.test.mjs"
  done
}

long_deaths() {
  for_the_page
  step "die, all of it" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test tests/page/die.test.mjs
}

long_firefox_deaths() {
  step "setup: Firefox and WebKit" ensure_engines
  for_the_page
  step "die in Firefox, all of it" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test tests/page/engines/die.test.mjs
}

long_coverage() { # Most of it without a browser; links are read in one.
  for_the_page
  step "lines of stores, resume and parsers" timeout "$(left)" node scripts/coverage/javascript.mjs
}

long_rust_coverage() {
  step "setup: tools of coverage" rustup component add llvm-tools
  (ensure_python_packages) || true # without Keras, fewer files of others are read
  step "lines of parsers and resume" timeout "$(left)" node scripts/coverage/rust.mjs
}

# Each rule of a crate is made another one, one at a time, and its tests must notice. What they cannot notice stands in
# .cargo/mutants.toml. A mutant with which a test never ends is noticed too: of it, cargo-mutants says 3.
mutants() { # crate, arguments of its tests
  local crate=tabfit-$1 out=artifacts/mutants-$1 result=0
  shift
  mkdir -p "$out"
  timeout "$(left)" cargo mutants --package "$crate" --jobs 2 --colors never --output "$out" -- "$@" >"$out/log" 2>&1 || result=$?
  grep -E '^(MISSED|TIMEOUT|FAILED)' "$out/log" || true
  tail -n 1 "$out/log"
  [[ $result =~ ^[03]$ ]] && [ ! -s "$out/mutants.out/missed.txt" ]
}

# At most three in a hundred mutants of the three crates may be explained away, and each line that does so explains one.
few_explained() {
  local crates=(--package tabfit-decisions --package tabfit-scores --package tabfit-care) all tested explained
  all=$(cargo mutants --list --no-config --exclude "care/src/look/**" "${crates[@]}" | wc -l)
  tested=$(cargo mutants --list "${crates[@]}" | wc -l)
  explained=$(grep -c "^  '" .cargo/mutants.toml)
  echo "$explained of $all mutants are explained"
  [ $((all - tested)) = "$explained" ] && [ $((explained * 100)) -le $((all * 3)) ]
}

for_mutants() {
  step "setup: cargo-mutants" ensure_cargo_mutants
  step "few mutants are explained" few_explained
}

long_mutants_decisions() {
  for_mutants
  step "mutants of decisions" mutants decisions
}

long_mutants_scores() { # without the test that draws thousands of intervals, which takes seconds
  for_mutants
  step "mutants of scores" mutants scores --lib --test scikit_learn
}

long_mutants_care() {
  for_mutants
  step "mutants of care" mutants care
}

long_parsers() { # Those that are JavaScript; the others are in fuzz. They need neither a browser nor a built page.
  step "setup: node packages" ensure_node_tools
  step "damaged files for each parser" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test tests/page/fuzz.test.mjs
}

long_soak() {
  for_the_page
  step "runs of every preset, for ten minutes" timeout "$(left)" node --test tests/page/soak.test.mjs
}

long_bundlers() {
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: browser" ensure_browser
  step "setup: node packages" ensure_node_tools
  step "setup: bundlers" ensure_bundlers
  step "setup: WebGPU for Node" ensure_other_libraries
  step "package" scripts/package.sh
  step "the package in bundlers and servers" timeout 900 node --test tests/bundlers/bundlers.test.mjs
}

long_release() {
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: wasm-pack" ensure_wasm_pack
  step "setup: cargo-about" ensure_cargo_about
  step "setup: cargo-cyclonedx" ensure_cargo_cyclonedx
  step "setup: bundler" ensure_bundler
  step "setup: packer" ensure_packer
  step "setup: packages of the tests" ensure_release_tests
  step "page" scripts/page.sh build
  step "package" scripts/package.sh
  step "what is given out" timeout 900 node --test tests/release/release.test.mjs
}

for_firefox() {
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: Firefox and WebKit" ensure_engines
  step "setup: node packages" ensure_node_tools
}

long_firefox() {
  for_firefox
  step "Keras's numbers in Firefox" firefox_tests "$(left)" --include-ignored keras::
}

long_firefox_plain() {
  for_firefox
  step "Keras's numbers in plain SIMD" firefox_tests "$(left)" --plain --include-ignored keras::
}

long_vulkan() {
  step "lints with WebGPU, native" cargo clippy --workspace --all-targets -- -D warnings
  step "setup: Firefox and WebKit" ensure_engines
  step "kernels by Vulkan" env TABFIT_TEST_GPU=1 timeout "$(left)" cargo test --workspace --test suite -- kernels::
}

long_formats() {
  step "whole networks of Keras" timeout "$(left)" tests/roundtrip/run.sh --long
  step "quantized networks of TensorFlow.js" timeout "$(left)" tests/roundtrip/nsfwjs.sh
}

long_handover() { # JAX has a Python of its own, because TensorFlow needs other versions of what both need.
  step "setup: wasm-bindgen" ensure_wasm_bindgen
  step "setup: wasm-pack" ensure_wasm_pack
  step "setup: node packages" ensure_node_tools
  step "setup: Python with JAX" python_with_jax
  step "package" scripts/package.sh
  step "runs that go on in Keras, all of them" env TABFIT_TEST_LONG=1 timeout "$(left)" node --test tests/page/package-handover.test.mjs
}
python_with_jax() {
  ensure_python_packages || { echo "$reason"; return 1; }
  local venv=target/handover-venv
  [ -x $venv/bin/python ] || python3 -m venv $venv
  $venv/bin/pip install --quiet "$(grep ^keras== tests/roundtrip/requirements.txt)" jax pillow scipy
}

for_fuzz() {
  step "setup: cargo-fuzz" ensure_cargo_fuzz
  step "fuzz targets" cargo_fuzz build
}

pictures=(clinic image image_folder zip_folder)
networks=(model_file model_header network settings)

long_fuzz_pictures() {
  for_fuzz
  step "fuzz: ${pictures[*]}" fuzz_some "${pictures[@]}"
}

long_fuzz_networks() {
  for_fuzz
  step "fuzz: ${networks[*]}" fuzz_some "${networks[@]}"
}

long_fuzz_formats() { # and what else there is
  local others
  for_fuzz
  mapfile -t others < <(cargo_fuzz list | grep -vxF "$(printf '%s\n' "${pictures[@]}" "${networks[@]}")")
  step "fuzz: ${others[*]}" fuzz_some "${others[@]}"
}
