"""What float16 costs: how often the packed network names the same of ImageNet's thousand classes as the original."""

import importlib.util
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
from PIL import Image

from keras_network import efficientnet_lite0, set_weights
from names import HEAD

SIZE = 224
IN_SKIMAGE = (
    "astronaut brick camera chelsea coffee coins grass gravel hubble_deep_field ihc microaneurysms moon motorcycle_left "
    "retina rocket"
)
PHOTOGRAPHS = {
    "skimage": {f"{name}.{end}" for name in IN_SKIMAGE.split() for end in ("png", "jpg")},
    "sklearn": {"china.jpg", "flower.jpg"},
}


def squares(paths):
    """The pictures at the network's size, `[n, SIZE, SIZE, 3]`."""
    read = [Image.open(path).convert("RGB").resize((SIZE, SIZE), Image.Resampling.BILINEAR) for path in paths]
    return np.stack([np.asarray(picture, np.float32) for picture in read])


def photographs():
    """The photographs that the two packages bring, without drawings and charts."""
    found = [(path, names) for package, names in PHOTOGRAPHS.items() for path in sorted(folder_of(package).rglob("*"))]
    return [path for path, names in found if path.name in names]


def folder_of(package):
    return Path(importlib.util.find_spec(package).origin).parent


def report(what, pictures, original, packed):
    """Prints how far the two networks differ on these pictures."""
    theirs, ours = (network.predict(pictures, batch_size=32, verbose=0) for network in (original, packed))
    same = np.mean(theirs.argmax(1) == ours.argmax(1))
    best = np.mean([len(set(a) & set(b)) / 5 for a, b in zip(theirs.argsort(1)[:, -5:], ours.argsort(1)[:, -5:])])
    error = np.abs(theirs - ours).max() / np.abs(theirs).max()
    print(f"{what}: the same class for {same:.2%} of {len(pictures)}, {best:.2%} of the best five, logits in {error:.1e}")
    return theirs, ours


def compare(weights, tensors, folder):
    """Compares the packed body with the original, both with the original's float32 head."""
    widened = {name: values.astype(np.float32) for name, values in tensors.items()}
    head = {name: values for name, values in weights.items() if name.startswith(f"{HEAD}/")}
    original, packed = (efficientnet_lite0(SIZE, 1000, "linear") for _ in range(2))
    set_weights(original, weights)
    set_weights(packed, widened | head)
    photos = photographs()
    theirs, ours = report("photographs", squares(photos), original, packed)
    for path, a, b in zip(photos, theirs, ours):
        said = [f"class {logits.argmax()} with {softmax(logits).max():.2%}" for logits in (a, b)]
        print(f"  {path.name}: {said[0]}, packed {said[1]}")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    report(str(folder), squares(paths), original, packed)


def softmax(logits):
    shifted = np.exp(logits - logits.max())
    return shifted / shifted.sum()
