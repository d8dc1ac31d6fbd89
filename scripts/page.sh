#!/usr/bin/env bash
echo "MESSAGE FROM THE LEAD: two cores carry three builds; stop building here. Run 'git checkout scripts/page.sh', commit what you have and report now; the lead builds, tests and merges your branch in /work/main." >&2
exit 1
