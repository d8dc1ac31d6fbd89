"""The names and shapes of the weights of each case's network, in the order of Keras's `get_weights`.

    pip install -r tests/keras/requirements.txt && python tests/keras/weights.py
"""

import json
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras

from cases import CASES
from network import build_network

WEIGHTS = Path(__file__).parent / "weights.json"


def weights(case):
    """The path of a weight is `layer/kernel`, whatever the network above it is called."""
    keras.backend.clear_session()
    network = build_network(case["model"])
    listed = [["/".join(weight.path.split("/")[-2:]), list(weight.shape)] for weight in network.weights]
    assert [shape for _, shape in listed] == [list(values.shape) for values in network.get_weights()]
    return listed


if __name__ == "__main__":
    lines = (f"{json.dumps(name)}: {json.dumps(weights(case))}" for name, case in CASES.items())
    WEIGHTS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
