#!/usr/bin/env bash
# A quantized MobileNetV2 that comes in the npm package nsfwjs answers here as in TensorFlow.js: 25 MB to download, once.
source "$(dirname "$0")/../../scripts/setup.sh"
here=tests/roundtrip
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
files=$target/nsfwjs
not_run() { echo "NOT RUN: $1"; exit 0; }

command -v npm >/dev/null || not_run "the network of nsfwjs: there is no npm"
mkdir -p "$files"
if [ ! -d "$files/package" ]; then
  npm pack --silent --pack-destination "$files" nsfwjs@4.4.0 >/dev/null || not_run "the network of nsfwjs: it cannot be downloaded here"
  tar -xzf "$files/nsfwjs-4.4.0.tgz" -C "$files"
fi
if [ ! $here/node_modules/.package-lock.json -nt $here/package-lock.json ]; then
  npm ci --silent --prefix $here || not_run "the network of nsfwjs: TensorFlow.js cannot be installed here"
fi
rm -rf "$files/foreign"
node $here/nsfwjs.mjs "$files" "$files/package"
ROUNDTRIP_DIR=$files cargo test "${native[@]}" --quiet --test suite -- --ignored --nocapture foreign
