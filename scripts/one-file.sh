#!/usr/bin/env bash
# Makes the page in one file of the page in dist/: ./scripts/one-file.sh [FOLDER [FILE...]], where FOLDER is dist unless it is named.
# Each FILE is put inside, too.
source "$(dirname "$0")/setup.sh"
[ -f dist/files.json ] || { say "There is no page in dist/: run scripts/page.sh build first."; exit 1; }
ensure_bundler
exec node scripts/one-file/make.mjs "$@"
