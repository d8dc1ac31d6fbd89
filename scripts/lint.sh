#!/usr/bin/env bash
# Cargo calls this in place of the compiler, for our own crates. It runs clippy. What is built on the way is never run, so nothing
# is optimised.
CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ exec "$(rustup which clippy-driver)" "$@" -Copt-level=0
