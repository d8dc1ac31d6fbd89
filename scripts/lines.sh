#!/usr/bin/env bash
# Counts the lines of src, convolutions/src, decisions/src, kernels/src and www without tests: of the working tree, or of a revision.
set -euo pipefail
cd "$(dirname "$0")/.."
tree=.
if [ $# -gt 0 ]; then
  tree=$(mktemp -d)
  trap 'rm -rf "$tree"' EXIT
  git archive "$1" src convolutions/src decisions/src kernels/src www | tar -x -C "$tree"
fi
cargo run --quiet --package tabfit-house --example lines -- "$tree"
