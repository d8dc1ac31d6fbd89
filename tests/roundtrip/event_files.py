"""The event files of a run in TensorBoard itself, asked as its page asks it.

    python tests/roundtrip/event_files.py FOLDER    # what tests/suite/tensorboard.rs writes there

`FOLDER/runs/1` is the log folder; `FOLDER/expected.json` says for each file (`train`, `validation`) which curves it
has, `[step, value]` by tag, and which pictures, the steps by tag.
"""

import io
import json
import math
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import tensorboard
from PIL import Image
from tensorboard.program import TensorBoard


class Page:
    """What the page of a TensorBoard that shows `logs` may ask."""

    def __init__(self, logs):
        program = TensorBoard()
        program.configure(argv=["tensorboard", "--logdir", str(logs), "--port", "0"])
        self.url = program.launch()

    def bytes(self, path, query):
        with urllib.request.urlopen(f"{self.url}data/plugin/{path}?{query}") as answer:
            return answer.read()

    def json(self, path, **query):
        return json.loads(self.bytes(path, urllib.parse.urlencode(query)))

    def tags(self, plugin):
        return {run: sorted(tags) for run, tags in self.json(f"{plugin}/tags").items()}

    def curve(self, run, tag):
        return [[step, float(value)] for _, step, value in self.json("scalars/scalars", run=run, tag=tag)]

    def pictures(self, run, tag):
        answers = self.json("images/images", run=run, tag=tag, sample=0)
        for answer in answers:
            picture = Image.open(io.BytesIO(self.bytes("images/individualImage", answer["query"])))
            picture.load()
            assert (picture.format, picture.mode) == ("PNG", "RGB") and min(picture.size) > 100
        return [answer["step"] for answer in answers]


def same(actual, expected):
    """TensorBoard keeps 32-bit floats; null stands for NaN."""
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    return math.isnan(actual) if expected is None else math.isclose(actual, expected, rel_tol=1e-6)


def main(folder):
    expected = json.loads((folder / "expected.json").read_text())
    page = Page(folder / "runs/1")
    compared = 0
    for plugin, ask in [("scalars", page.curve), ("images", page.pictures)]:
        of_plugin = expected[plugin]
        tags = {run: sorted(of_run) for run, of_run in of_plugin.items()}
        for _ in range(100):  # it reads the files while it answers
            if page.tags(plugin) == tags:
                break
            time.sleep(0.1)
        assert page.tags(plugin) == tags, (plugin, page.tags(plugin), tags)
        for run, of_run in of_plugin.items():
            for tag, points in of_run.items():
                actual = ask(run, tag)
                assert same(actual, points), (run, tag, actual, points)
                compared += 1
    print(f"TensorBoard {tensorboard.__version__} shows {compared} curves and series of pictures")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
