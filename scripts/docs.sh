#!/usr/bin/env bash
# Makes the documentation site of the package in site/, or in the folder that is named: ./scripts/docs.sh [FOLDER]
source "$(dirname "$0")/setup.sh"
[ -f pkg/tabfit.d.ts ] || { say "There is no package in pkg/: run scripts/package.sh first."; exit 1; }
ensure_documenter
exec node scripts/docs/site.mjs "$@"
