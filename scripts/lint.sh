#!/usr/bin/env bash
# Called by cargo in place of the compiler, for our own crates: clippy, which then makes of them what is ready soonest.
CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__ exec "$(rustup which clippy-driver)" "$@" -Copt-level=0
