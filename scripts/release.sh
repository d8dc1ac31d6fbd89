#!/usr/bin/env bash
# Makes everything that is given out: ./scripts/release.sh [FOLDER], where FOLDER is release unless it is named.
# What is in dist/ and pkg/ is taken as it is; where one of them is missing, it is built.
source "$(dirname "$0")/setup.sh"
folder=${1:-release}
[ -f dist/files.json ] || scripts/page.sh build
[ -f pkg/package.json ] || scripts/package.sh
ensure_wasm_target
ensure_crates
ensure_cargo_about
ensure_cargo_cyclonedx
ensure_bundler
ensure_packer
mkdir -p "$folder"
# The checksums come last, so that a folder without them is known as one that is not whole.
[ ! -f "$folder/SHA256SUMS" ] || (cd "$folder" && cut -c 67- SHA256SUMS | tr '\n' '\0' | xargs -0 rm -f -- SHA256SUMS)
node scripts/release/inside.mjs "$folder"
scripts/one-file.sh "$folder" "$folder/LICENSES.html"
node scripts/release/pack.mjs "$folder"
