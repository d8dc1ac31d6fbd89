"""Grad-CAM by Keras's own gradients: what tabfit must reproduce.

    pip install -r tests/keras/requirements.txt && python tests/keras/grad_cam.py   # writes grad_cam.safetensors

Selvaraju et al. 2017: the gradient of the logit of a class with respect to a map of features, averaged over its places, weighs
the channels of the map; what is below 0 is left out, and the rest is divided by its largest value. Each case holds its
pictures, its weights, and the map of each picture and class. The last one is the pretrained EfficientNet-Lite0 with a head
whose kernel is a sine, on the photographs.
"""

import json
import os
import sys
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf
from PIL import Image
from safetensors.numpy import load_file, save_file

from cases import CLASSES, FLATTEN, GLOBAL, POOL, SCORES, case, conv, dense, depthwise, layer, norm, residual, separable
from golden import pictures, stir, tensors
from network import build_network

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "grad_cam.safetensors"
PICTURES = 3

RELU = {"type": "ReLU", "name": "relu"}
SAME = {"padding": "same"}
# Each with the layer whose map it is.
CASES = {
    "pooled": ("conv", case(conv(activation="relu", **SAME), POOL, FLATTEN, dense(activation="relu"), SCORES)),
    "normalized": ("relu", case(conv(name="first", **SAME), POOL, conv(6, useBias=False, **SAME), norm(), RELU, GLOBAL, SCORES)),
    "frozen": ("relu", case(conv(6, trainable=False, **SAME), norm(trainable=False), RELU, POOL, FLATTEN, SCORES)),
    "residual": ("sum", case(conv(5, name="first", **SAME), residual(conv(5, name="a", activation="relu", **SAME), depthwise(name="b", **SAME)), GLOBAL, SCORES)),
    "separable": ("separable", case(separable(strides=2, activation="silu", **SAME), FLATTEN, norm(), dense(activation="tanh"), norm("other"), SCORES)),
    "apart": ("conv", case(conv(activation="leaky_relu"), {"type": "GlobalMaxPooling2D", "name": "mean"}, dense(3), layer("Softmax"))),
}


def maps(network, name, images):
    """The maps of the layer with this name: [pictures, classes, rows, columns]."""
    last = network.layers[-1]
    if hasattr(last, "activation"):
        last.activation = keras.activations.linear
        logits = last.output
    else:
        logits = last.input
    # Built anew, so that the changed activation counts.
    twin = keras.Model(network.inputs, [network.get_layer(name).output, logits])
    out = []
    for picture in images:
        for_each_class = []
        for index in range(len(CLASSES)):
            pixels = tf.constant(picture[None].astype(np.float32))
            with tf.GradientTape() as tape:
                tape.watch(pixels)  # so that everything is recorded, frozen layers too
                features, scores = twin([pixels], training=False)
                score = scores[0, index]
            weights = tape.gradient(score, features).numpy()[0].mean((0, 1))
            cam = np.maximum((features.numpy()[0] * weights).sum(-1), 0)
            for_each_class.append(cam / cam.max() if cam.max() > 0 else cam)
        out.append(for_each_class)
    return np.array(out, np.float32)


def of_pretrained():
    sys.path.append(str(ROOT / "scripts/pretrained"))
    from keras_network import efficientnet_lite0, set_weights

    paths = sorted((ROOT / "tests/photographs").glob("*.png"))
    images = np.stack([np.asarray(Image.open(path)) for path in paths])
    body = efficientnet_lite0(images.shape[1], None)
    weights = load_file(ROOT / "pretrained/efficientnet-lite0.safetensors")
    set_weights(body, {name: values.astype(np.float32) for name, values in weights.items()})
    features = body.output.shape[-1]
    kernel = np.sin(np.arange(features * len(CLASSES))).astype(np.float32).reshape(features, len(CLASSES))
    head = keras.layers.Dense(len(CLASSES), activation="softmax", name="head")
    network = keras.Model(body.input, head(body.output))
    head.set_weights([kernel, np.zeros(len(CLASSES), np.float32)])
    last_map = [other.name for other in body.layers if len(other.output.shape) == 4][-1]
    return {"maps": maps(network, last_map, images)}


if __name__ == "__main__":
    everything = {}
    for name, (map_of, described) in CASES.items():
        keras.utils.set_random_seed(3)
        keras.backend.clear_session()
        network = build_network(described["model"])
        stir(network)
        images = pictures(described["model"]["imageSize"])[0][:PICTURES]
        out = {"images": images} | tensors("initial", network)
        out["maps"] = maps(network, map_of, images)
        print(name, out["maps"].shape, "places that count:", (out["maps"] > 0).mean().round(2))
        everything |= {f"{name}/{key}": np.ascontiguousarray(value) for key, value in out.items()}
    for key, value in of_pretrained().items():
        everything[f"pretrained/{key}"] = value
        print("pretrained", value.shape, (value > 0).mean().round(2))
    described = {name: {"layer": map_of, "model": one["model"]} for name, (map_of, one) in CASES.items()}
    save_file(everything, GOLDEN, {"cases": json.dumps(described), "keras": keras.__version__})
