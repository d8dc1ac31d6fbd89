"""The pictures of the run: found by what is in their files, and read batch by batch."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
from content import hashes
from devices import Refused
from PIL import Image, ImageOps

MOST_NAMED = 5
READERS = ThreadPoolExecutor(min(16, os.cpu_count() or 1))
AHEAD = 2
"""So many batches are read while one is trained on."""


def find(folder, parts, cache):
    """The file of each picture, by its hash. `parts` are those of `pictures.json`; `cache` is a file that remembers hashes.

    Names do not matter. What has the name that it had in the browser tab is looked at first, because it is most likely there.
    """
    wanted = {content: path for part in parts for content, path in zip(part["contents"], part["paths"])}
    known = json.loads(cache.read_text()) if cache.exists() else {}
    found = {}
    likely = {path for path in wanted.values()} | {path.split("/", 1)[-1] for path in wanted.values()}
    files = sorted(file for file in map(Path, walk(folder)))
    for some in (
        [file for file in files if file.relative_to(folder).as_posix() in likely],
        [file for file in files if file.relative_to(folder).as_posix() not in likely],
    ):
        if len(found) < len(wanted):
            found.update({content: path for path, content in contents(some, known) if content in wanted})
    cache.write_text(json.dumps(known))
    missing = sorted(path for content, path in wanted.items() if content not in found)
    if missing:
        named = ", ".join(missing[:MOST_NAMED]) + (f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else "")
        raise Refused(
            f"{folder} lacks {len(missing)} of the {len(wanted)} pictures of the run: {named}; copy the folder that was picked in the "
            "browser, its archives unpacked."
        )
    return found


def walk(folder):
    """The paths of all files that are not hidden."""
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (os.path.join(place, name) for name in names if not name.startswith("."))


def contents(files, known):
    """Each file with its hash, which is computed only where the file has changed since it was noted in `known`."""
    notes = {}
    for file in files:
        about = file.stat()
        notes[str(file)] = f"{file.resolve()} {about.st_size} {about.st_mtime_ns}"
    new = [path for path, note in notes.items() if note not in known]
    known.update((notes[path], content) for path, content in hashes(new))
    return [(path, known[note]) for path, note in notes.items()]


def load(path, size):
    """A picture as the network sees it: [size, size, 3], RGB from 0 to 255, as float32.

    Any aspect ratio is stretched to the square, bilinear with antialiasing; what is transparent is black.
    """
    try:
        with Image.open(path) as file:
            if file.mode.startswith(("I", "F")):
                raise Refused(
                    f"{path} has more than 8 bits for each colour, which this program reads otherwise than the browser does; save "
                    "the pictures with 8 bits, and begin the run with these."
                )
            picture = ImageOps.exif_transpose(file).convert("RGBA")
    except OSError as error:
        raise Refused(f"{path} cannot be read by Pillow ({error}); save it as PNG or JPEG, and begin the run with that file.") from error
    picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture).convert("RGB")
    return np.asarray(picture.resize((size, size), Image.Resampling.BILINEAR), np.float32)


class Part:
    """The pictures of a part: their files, their numbers in the folder, their labels, and how much each counts."""

    def __init__(self, given, found, weights):
        self.files = [found[content] for content in given["contents"]]
        self.numbers, self.labels, self.weights = given["ids"], np.array(given["labels"]), weights

    def __len__(self):
        return len(self.files)


def weights(fit, class_names, training, held_out):
    """How much each picture of both parts counts in the loss; `None` for a part in which all count 1."""
    rule, each = fit["classWeight"], fit["sampleWeight"]
    if each is not None:  # in the order of the pictures before the split
        divided = held_out if held_out and held_out["heldOut"] else {"ids": []}
        of_number = dict(zip(sorted(training["ids"] + divided["ids"]), each))
        both = [np.array([of_number[number] for number in part["ids"]], np.float32) for part in (training, divided)]
        return both[0], both[1] if divided["ids"] else None
    if rule is None:
        return None, None
    labels = np.array(training["labels"])
    counts = np.bincount(labels, minlength=len(class_names))
    balanced = len(labels) / len(class_names) / np.maximum(counts, 1)
    of_class = balanced if rule == "balanced" else np.array([rule.get(name, 1) for name in class_names])
    return of_class.astype(np.float32)[labels], None


class Batches(keras.utils.PyDataset):
    """Pictures, their classes as vectors, and how much each counts, where that differs. Only a few batches are in memory.

    `batches` has the positions of the pictures in each batch; `change` changes a picture of a given number; `weights` are for the
    rows of each batch, `None` if all count 1.
    """

    def __init__(self, part, batches, shape, devices, change=None, weights=None):
        super().__init__()
        self.part, self.batches, self.devices, self.change, self.weights = part, batches, devices, change, weights
        self.size, self.classes = shape
        self.waiting = {}

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        # Threads of its own, because those of Keras lose the batch that it looks at before the first epoch with JAX and PyTorch.
        for ahead in range(index, min(index + 1 + AHEAD, len(self))):
            if ahead not in self.waiting:
                self.waiting[ahead] = [READERS.submit(self.picture, row) for row in self.devices.own(self.batches[ahead])]
        rows = self.devices.own(self.batches[index])
        x = np.stack([picture.result() for picture in self.waiting.pop(index)])
        y = np.eye(self.classes, dtype=np.float32)[self.part.labels[rows]]
        return (x, y) if self.weights is None else (x, y, self.devices.own(self.weights[index]))

    def picture(self, row):
        picture = load(self.part.files[row], self.size)
        return picture if self.change is None else self.change(picture, self.part.numbers[row])


def training(part, batches, shape, devices, change):
    """The batches of an epoch. Several devices share each batch evenly, so that the rows that are left over wait for a later epoch."""
    batches = [batch[: len(batch) // devices.count * devices.count] for batch in batches]
    batches = [batch for batch in batches if len(batch) > 0]
    weights = None if part.weights is None else [part.weights[batch] for batch in batches]
    return Batches(part, batches, shape, devices, change, weights)


def validation(part, size, shape, devices):
    """All pictures in their order, in batches of about `size`. Where several devices cannot share the last batch evenly, some
    pictures come twice, and the second time they count 0.
    """
    count = devices.count
    size = -(-size // count) * count
    positions, added = np.arange(len(part)), -len(part) % count
    positions = np.concatenate([positions, positions[np.arange(added) % len(part)]])
    starts = range(0, len(positions), size)
    weights = None
    if part.weights is not None or added:
        each = np.ones(len(part), np.float32) if part.weights is None else part.weights
        # Keras divides the loss by the number of rows, also of those that count 0.
        each = np.concatenate([each, np.zeros(added, np.float32)]) * np.float32(len(positions) / len(part))
        weights = [each[start : start + size] for start in starts]
    return Batches(part, [positions[start : start + size] for start in starts], shape, devices, weights=weights)
