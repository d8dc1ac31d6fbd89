#!/usr/bin/env bash
# Cargo calls this in place of the compiler, for our own crates: what they compile to counts how often each line is run.
exec "$@" -Cinstrument-coverage
