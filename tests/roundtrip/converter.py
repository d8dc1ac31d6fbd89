"""TensorFlow.js's converter, which makes a `model.json` of a `.keras` file."""

import shutil
import sys
import tempfile
from unittest.mock import MagicMock

# What it needs for files of other kinds is not installed.
OTHERS = ["tensorflow_decision_forests", "tensorflow_hub", "jax", "jax.experimental", "jax.experimental.jax2tf", "importlib_resources"]


def write_tfjs(folder):
    """The folder `tfjs` beside `model.keras`."""
    for name in OTHERS:
        sys.modules.setdefault(name, MagicMock())
    from tensorflowjs.converters import converter

    with tempfile.TemporaryDirectory() as unpacked:  # it unpacks the file where that lies
        file = shutil.copy(folder / "model.keras", unpacked)
        converter.dispatch_keras_keras_to_tfjs_layers_model_conversion(file, str(folder / "tfjs"))
