#!/usr/bin/env bash
# Cargo calls this in place of the compiler, for our own crates. It is clippy, which lints what it compiles: cargo's own way to
# it would check all of burn once more. For wasm32 what is built on the way is never run, so that nothing is optimised and a
# warning is an error.
if [[ " $* " = *" wasm32-unknown-unknown "* ]]; then
  export CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
  set -- "$@" -Copt-level=0
fi
exec "$(rustup which clippy-driver)" "$@"
