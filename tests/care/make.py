"""Writes golden.json: what imagehash, Pillow, and CleanVision's formulas on Pillow say of pictures that are made by arithmetic.

    python3 -m venv target/care-venv && target/care-venv/bin/pip install -r tests/care/requirements.txt
    target/care-venv/bin/python tests/care/make.py

care/tests/golden.rs makes the same pictures and compares. CleanVision itself is not needed: its formulas are written out below as
they stand in its image_property.py (version 0.3.6), so that the test hangs on fewer packages.
"""

import json
from pathlib import Path

import imagehash
import numpy as np
import PIL
from PIL import Image, ImageFilter, ImageStat

SIZES = [(9, 8), (17, 23), (64, 64), (64, 40), (150, 100), (512, 384), (300, 1), (1, 300), (1023, 77)]
KINDS = ["noise", "slope", "rings", "flat", "dark", "grey"]


def picture(kind, width, height):
    """The same whole numbers as in golden.rs."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3].astype(np.int64)
    if kind == "noise":
        value = (x * 7919 + y * 104729 + c * 31 + x * y * 17) % 251
    elif kind == "slope":
        value = (x * 200 // max(width - 1, 1) + y * 50 // max(height - 1, 1) + c * 2) % 256
    elif kind == "rings":
        value = ((2 * x - width) ** 2 + (2 * y - height) ** 2) * (c + 3) // 64 % 256
    elif kind == "flat":
        value = x * 0 + 200 + c
    elif kind == "dark":
        value = (x * 3 + y * 5 + c) % 40
    else:
        value = (x * x + 3 * y) % 256 + 0 * c
    return Image.fromarray(value.astype(np.uint8), "RGB")


def brightness(red, green, blue):
    return np.sqrt(0.241 * red * red + 0.691 * green * green + 0.068 * blue * blue) / 255


def numbers(image):
    pixels = np.asarray(image).astype(np.int64)
    low, high = np.percentile(brightness(pixels[..., 0], pixels[..., 1], pixels[..., 2]), [5, 99])
    channel = np.ptp(pixels, axis=2).max() <= 8
    grey = image.convert("L")
    ratio = max(image.size) / 64
    small = grey if ratio <= 1 else grey.resize([max(int(side / ratio), 1) for side in image.size], Image.BILINEAR)
    edges = small.filter(ImageFilter.FIND_EDGES)
    return {
        "dhash": str(imagehash.dhash(image)),
        "grey": int(np.asarray(grey).astype(np.int64).sum()),
        "brightness": float(brightness(*ImageStat.Stat(image).mean)),
        "low": float(low),
        "high": float(high),
        "entropy": float((image.getchannel(0) if channel else image).entropy()),
        "sharpness": float(np.sqrt(ImageStat.Stat(edges).var[0])),
        "spread": float(np.std(small.histogram())),
        "isGrey": bool(channel),
    }


cases = [
    {"kind": kind, "width": width, "height": height, **numbers(picture(kind, width, height))}
    for kind in KINDS
    for width, height in SIZES
]
versions = {"imagehash": imagehash.__version__, "pillow": PIL.__version__}
Path(__file__).with_name("golden.json").write_text(json.dumps({"versions": versions, "cases": cases}, indent=1) + "\n")
