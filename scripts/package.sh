#!/usr/bin/env bash
# Writes the npm package to pkg/: the parts, the loader that chooses among them, and the types.
source "$(dirname "$0")/setup.sh"
ensure_wasm_target
ensure_crates
ensure_wasm_bindgen
ensure_wasm_pack
for part in clinic cpu decoders exchange formats study webgpu; do
  wasm-pack --quiet build "parts/$part" --target web --mode no-install --no-opt --no-pack --no-gitignore \
    --out-dir "../../pkg/$part" --out-name tabfit
done
exec scripts/page.sh package
