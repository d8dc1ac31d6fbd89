"""Makes `www/data/digits.bin`: the 1,797 handwritten digits that scikit-learn brings.

    pip download --no-deps scikit-learn==1.5.2
    python scripts/digits/make.py scikit_learn-1.5.2-*.whl [--folder DIR]

It needs nothing but Python. With `--folder` it also writes the pictures as a folder of PNG files, with the same names and
the same pixels as on the page, for `cargo run --release --example train_folder -- DIR --size 32`.

The file is compressed by zlib. Inside are 1,797 labels, a byte each, in scikit-learn's order. Then come 64 planes, one for
each place in a picture, row by row: the values of all pictures there, from 0 (paper) to 16 (ink), sorted by label and
within a label in scikit-learn's order. Sorted like this, the file is a sixth smaller than picture by picture.
"""

import argparse
import gzip
import hashlib
import struct
import zipfile
import zlib
from pathlib import Path

TARGET = Path(__file__).parents[2] / "www/data/digits.bin"
MEMBER = "sklearn/datasets/data/digits.csv.gz"
SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"
PICTURES, SIDE, INK = 1797, 8, 16
# As many as `train_test_split(test_size=0.2, shuffle=False)` takes from the end.
TESTING = 360


def read(wheel):
    """The labels, and the 64 values of each picture."""
    packed = zipfile.ZipFile(wheel).read(MEMBER)
    assert hashlib.sha256(packed).hexdigest() == SHA256, f"{MEMBER} of {wheel} is another file than that of 1.5.2"
    rows = [[int(value) for value in line.split(",")] for line in gzip.decompress(packed).decode().split()]
    assert len(rows) == PICTURES and all(len(row) == SIDE * SIDE + 1 for row in rows)
    assert all(0 <= value <= INK for row in rows for value in row[:-1])
    return [row[-1] for row in rows], [row[:-1] for row in rows]


def unpacked(labels, pictures):
    """What is inside the file."""
    order = sorted(range(PICTURES), key=lambda i: labels[i])  # Python's sort keeps equal ones in order
    planes = (pictures[i][place] for place in range(SIDE * SIDE) for i in order)
    return bytes(labels) + bytes(planes)


def png(values):
    """A grey PNG: ink is white, as in the files of the page."""
    rows = b"".join(b"\0" + bytes(values[y * SIDE : (y + 1) * SIDE]) for y in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    framed = (struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def grey(value):
    """From 0 to 16 to the grey of a byte, rounded as JavaScript does."""
    return (value * 255 * 2 + INK) // (2 * INK)


def write_folder(folder, labels, pictures):
    for i, (label, values) in enumerate(zip(labels, pictures)):
        part = "Testing" if i >= PICTURES - TESTING else "Training"
        path = folder / part / str(label) / f"{i:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png([grey(value) for value in values]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--folder", type=Path, help="where to write the pictures as PNG files")
    arguments = parser.parse_args()
    labels, pictures = read(arguments.wheel)
    inside = unpacked(labels, pictures)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(zlib.compress(inside, 9))
    print(f"{TARGET}: {TARGET.stat().st_size} bytes; SHA-256 of what is inside: {hashlib.sha256(inside).hexdigest()}")
    for part, rows in [("Training", labels[:-TESTING]), ("Testing", labels[-TESTING:])]:
        print(part, len(rows), "pictures:", [rows.count(digit) for digit in range(10)])
    if arguments.folder:
        write_folder(arguments.folder, labels, pictures)


if __name__ == "__main__":
    main()
