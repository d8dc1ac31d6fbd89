#!/usr/bin/env bash
# Functions that install what is missing; sourced by the other scripts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$HOME/.cargo/bin:$PATH"

# What cargo compiles for this computer: all but WebGPU, which runs in browsers and needs over a hundred more crates. All scripts
# choose the same, because a crate that is shared would be compiled once more for other features.
native=(--workspace --exclude tabfit-webgpu --no-default-features --features clinic,decoders,exchange,formats,tabfit-clinic/decode)

say() { printf '\033[1m%s\033[0m\n' "$*"; }

# Runs a command that says nothing, and says every half minute that it is still at work.
patiently() { # what is going on, the command
  local what=$1 start=$SECONDS voice result=0
  shift
  # Without an output of its own the sleep, which outlives the loop, keeps nobody waiting who reads what this script says.
  while sleep 30 >/dev/null 2>&1; do say "$what, $((SECONDS - start)) s so far."; done &
  voice=$!
  "$@" || result=$?
  kill "$voice"
  wait "$voice" 2>/dev/null || true
  return "$result"
}

locked_version() { # the version of package $1 in Cargo.lock
  awk -v name="\"$1\"" '$1 == "name" && $3 == name { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

# A light profile: these programs copy files, and nobody should wait for them to be optimised.
install_tool() { # crate, version, minutes, optimisation level, further arguments
  local name=$1 version=$2 minutes=$3 level=$4
  shift 4
  say "Installing $name $version, about $minutes minutes, once."
  local light=(CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL="$level" CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64)
  # Outside the checkout, so that its target and flags do not apply. --locked fails where a registry mirror lacks a
  # version that the tool's lock file names; then newer versions do, so what it says is shown only if they do not.
  local log
  log=$(mktemp)
  installed() {
    cd / && { env "${light[@]}" cargo install --quiet --locked "$name" --version "$version" "$@" 2>"$log" \
      || env "${light[@]}" cargo install --quiet "$name" --version "$version" "$@" || { cat "$log" >&2; false; }; }
  }
  (patiently "Installing $name" installed "$@")
}

ensure_wasm_target() {
  rustup target list --installed | grep -qx wasm32-unknown-unknown || {
    say "Adding the wasm32 target."
    rustup target add wasm32-unknown-unknown
  }
}

# Brought first, so that a slow network is not taken for a slow build.
ensure_crates() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  patiently "Downloading the crates" cargo fetch --quiet --locked --target wasm32-unknown-unknown --target "$host"
}

ensure_wasm_bindgen() {
  local version
  version=$(locked_version wasm-bindgen)
  [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ] || install_tool wasm-bindgen-cli "$version" 3 1
}

ensure_trunk() { command -v trunk >/dev/null || install_tool trunk 0.21.14 3 0 --no-default-features; } # without its own downloads

ensure_wasm_pack() { command -v wasm-pack >/dev/null || install_tool wasm-pack 0.15.1 2 0; }

ensure_cargo_fuzz() { cargo fuzz --version >/dev/null 2>&1 || install_tool cargo-fuzz 0.13.2 1 0; }

# Of this version, because .cargo/mutants.toml names what it changes.
ensure_cargo_mutants() {
  [ "$(cargo mutants --version 2>/dev/null)" = "cargo-mutants 27.1.0" ] || install_tool cargo-mutants 27.1.0 2 0
}

# Both of this version, because what they write is given out. cargo-about compares hundreds of texts, which takes minutes unless
# it is optimised.
ensure_cargo_about() {
  [ "$(cargo about --version 2>/dev/null)" = "cargo-about 0.9.3" ] ||
    install_tool cargo-about 0.9.3 4 1 --features cli --config profile.release.package.spdx.opt-level=3
}

ensure_cargo_cyclonedx() {
  [ "$(cargo cyclonedx --version 2>/dev/null)" = "cargo-cyclonedx-cyclonedx 0.5.9" ] || install_tool cargo-cyclonedx 0.5.9 2 0
}

# The sanitizer and the coverage are unstable options, which a stable compiler takes only under this variable.
cargo_fuzz() { # subcommand, further arguments
  local subcommand=$1
  shift
  RUSTC_BOOTSTRAP=1 cargo fuzz "$subcommand" --fuzz-dir tests/fuzz "$@"
}

ensure_browser() {
  find_browser() { CHROMIUM=$(command -v chromium || command -v google-chrome || command -v chromium-browser) && command -v chromedriver >/dev/null; }
  find_browser && export CHROMIUM && return
  local sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    say "Please install Chromium (or Chrome) and chromedriver: that takes root, and there is no sudo here."
    return 1
  fi
  say "Installing Chromium and its driver, about 1 minute, once."
  if command -v apt-get >/dev/null; then
    "${sudo[@]}" apt-get update -qq && "${sudo[@]}" apt-get install -y -qq chromium chromium-driver >/dev/null
  elif command -v dnf >/dev/null; then
    "${sudo[@]}" dnf install -y -q chromium chromedriver
  elif command -v pacman >/dev/null; then
    "${sudo[@]}" pacman -S --noconfirm chromium
  fi
  find_browser || { say "Please install Chromium (or Chrome) and chromedriver, then run this again."; return 1; }
  export CHROMIUM
}

# Firefox and WebKit, to test the page in them. Vulkan's driver in software gives Firefox WebGPU where there is no GPU.
ensure_engines() {
  find_engines() {
    command -v firefox-esr >/dev/null || command -v firefox >/dev/null || return
    command -v WebKitWebDriver >/dev/null && command -v Xvfb >/dev/null && compgen -G "/usr/share/vulkan/icd.d/lvp_icd*.json" >/dev/null
  }
  find_engines && return
  local sudo=() log
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  log=$(mktemp)
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
    say "Installing Firefox and WebKit, about 2 minutes, once."
    "${sudo[@]}" apt-get update -qq &&
      "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
        firefox-esr webkit2gtk-driver xvfb mesa-vulkan-drivers >"$log" 2>&1 || tail -n 20 "$log"
  fi
  find_engines || {
    say "Please install Firefox, WebKitWebDriver, Xvfb and Mesa's Vulkan drivers (on Debian: firefox-esr webkit2gtk-driver xvfb mesa-vulkan-drivers), then run this again."
    return 1
  }
}

ensure_packages() { # a folder with a package.json, whose packages these are, further arguments for npm
  local folder=$1 whose=$2
  shift 2
  command -v npm >/dev/null || { say "Please install Node.js 20 or newer with npm, then run this again."; return 1; }
  # npm writes this file last; older than the lock file means other versions.
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] || { say "Installing the packages of $whose."; npm ci --silent --prefix "$folder" "$@"; }
}

ensure_node_tools() { ensure_packages tests/page "the page's tests"; }

ensure_bundler() { ensure_packages scripts/one-file "the page in one file"; }

ensure_documenter() { ensure_packages scripts/docs "the documentation site"; }

ensure_packer() { ensure_packages scripts/release "the release"; }

ensure_release_tests() { ensure_packages tests/release "the tests of the release"; }

ensure_bundlers() { ensure_packages tests/bundlers "the tests with bundlers"; }

ensure_other_libraries() { ensure_packages bench "the bench" --ignore-scripts; }

# A Python with Keras, TensorFlow and what else tests/roundtrip/requirements.txt names, below target/: sets ROUNDTRIP_PYTHON,
# unless it is set. Where that is impossible, it fails, and `reason` says why.
ensure_python_packages() {
  [ -z "${ROUNDTRIP_PYTHON:-}" ] || return 0
  command -v python3 >/dev/null || { reason="there is no python3"; return 1; }
  local target wanted=tests/roundtrip/requirements.txt alone=tests/roundtrip/requirements-alone.txt
  target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
  local venv=$target/roundtrip-venv log=$target/roundtrip-pip.log
  cat $wanted $alone | cmp -s - "$venv/requirements.txt" || {
    mkdir -p "$target"
    echo "Installing the packages of $wanted, about 1 minute, once."
    { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet -r $wanted && "$venv/bin/pip" install --quiet --no-deps -r $alone; } >"$log" 2>&1 || {
      reason="their packages cannot be installed here ($(tail -n 1 "$log"))"
      return 1
    }
    cat $wanted $alone >"$venv/requirements.txt"
  }
  export ROUNDTRIP_PYTHON=$venv/bin/python
}
