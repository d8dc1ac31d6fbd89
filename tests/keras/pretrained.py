"""What real Keras's EfficientNet-Lite0 makes of photographs, with the weights that come along with tabfit.

    pip install -r tests/keras/requirements.txt pillow && python tests/keras/pretrained.py   # writes pretrained.json

Of each photograph, every twentieth of the 1280 features that the head gets.
"""

import json
import os
import sys
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "scripts/pretrained"))
from keras_network import efficientnet_lite0, set_weights

GOLDEN = Path(__file__).parent / "pretrained.json"
EACH = 20

if __name__ == "__main__":
    paths = sorted((ROOT / "tests/photographs").glob("*.png"))
    pictures = np.stack([np.asarray(Image.open(path), np.float32) for path in paths])
    network = efficientnet_lite0(pictures.shape[1], None)
    weights = load_file(ROOT / "pretrained/efficientnet-lite0.safetensors")
    set_weights(network, {name: values.astype(np.float32) for name, values in weights.items()})
    features = network.predict(pictures, verbose=0)[:, ::EACH]
    rounded = [[round(float(value), 6) for value in row] for row in features]
    lines = [f"{json.dumps(path.stem)}: {row}" for path, row in zip(paths, rounded)]
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")
