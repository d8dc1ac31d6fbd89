"""Packs what the runs of `scripts/test.sh --long fuzz-...` have found into tests/fuzz/seeds, which is committed.

Of each target: the inputs that together reach all that is reached, the smallest first, as many as SIZE bytes hold; and those with a name
of their own, which are files of other programs and findings that were mended. Call it in the checkout, after the targets are built.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SIZE = 120_000
FUZZ = Path("tests/fuzz")
BUILT = FUZZ / "target/x86_64-unknown-linux-gnu/release"
BY_HASH = re.compile(r"[0-9a-f]{40}|seed-\d+")  # what libFuzzer has found, and what each target writes before it starts


def cover(target: str, corpus: Path) -> list[Path]:
    """The inputs that together reach all that is reached, by libFuzzer's own choice, the smallest first."""
    chosen = Path(tempfile.mkdtemp())
    subprocess.run(
        [BUILT / target, "-set_cover_merge=1", "-max_len=4096", "-detect_leaks=0", chosen, corpus],
        check=True, capture_output=True, timeout=900,
    )
    return sorted(chosen.iterdir(), key=lambda path: (path.stat().st_size, path.name))


def pack(target: str) -> str:
    corpus = FUZZ / "corpus" / target
    named = sorted(path for path in corpus.iterdir() if not BY_HASH.fullmatch(path.name))
    found, size = [], 0
    for path in cover(target, corpus):
        size += path.stat().st_size
        if size > SIZE:
            break
        found.append(path)
    with zipfile.ZipFile(FUZZ / "seeds" / f"{target}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in named + found:
            entry = zipfile.ZipInfo(path.name)  # of 1980, so that equal inputs make equal bytes
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return f"{target}: {len(named)} with a name, {len(found)} of {len(list(corpus.iterdir()))} found"


targets = sys.argv[1:] or sorted(path.stem for path in (FUZZ / "fuzz_targets").iterdir())
for target in targets:
    print(pack(target))
