#!/usr/bin/env bash
# Builds the page by Trunk and by the tool, and fails if a file differs.
source "$(dirname "$0")/setup.sh"
ensure_trunk
scripts/page.sh build
by_trunk=$(mktemp -d)
trap 'rm -rf "$by_trunk"' EXIT
trunk build --offline --dist "$by_trunk/dist"
diff -r dist "$by_trunk/dist"
