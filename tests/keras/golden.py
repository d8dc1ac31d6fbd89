"""Five training steps of real Keras for each case: what tabfit must reproduce.

    pip install -r tests/keras/requirements.txt && python tests/keras/golden.py

A case is written once, as the JSON that tabfit reads; the Keras network, optimizer and loss are built from that
same JSON. Each case holds the three batches, the initial weights, the gradients of the first step, the losses of
five steps (batches 0, 1, 2, 0, 1), the weights after them, and the probabilities of batch 0.
"""

import json
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # the same bytes on every machine

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import save_file

from cases import CASES, CLASSES
from network import build_loss, build_network, build_optimizer

GOLDEN = Path(__file__).parent / "golden.safetensors"
BATCH, BATCHES, STEPS = 8, 3, 5


def pictures(size):
    """Noise that is brighter in another corner for each class: something to learn in five steps."""
    rng = np.random.default_rng(7)
    labels = np.arange(BATCH * BATCHES, dtype=np.int32) % len(CLASSES)
    images = rng.integers(0, 160, (len(labels), size, size, 3))
    half = size // 2
    for image, label in zip(images, labels):
        image[(label // 2) * half :, (label % 2) * half :] += 90
    return images.astype(np.uint8), labels


def stir(network):
    """Zero biases and unit scales hide mistakes: every weight gets a little noise."""
    rng = np.random.default_rng(11)
    for weight in network.weights:
        noise = rng.uniform(0.01, 0.1, weight.shape).astype(np.float32)
        if not weight.path.endswith("kernel"):
            weight.assign(weight + noise)


def named(weight):
    """`conv/kernel`, whatever the network above it is called."""
    return "/".join(weight.path.split("/")[-2:])


def tensors(prefix, network):
    return {f"{prefix}/{named(weight)}": weight.numpy() for weight in network.weights}


def run(name, case):
    keras.utils.set_random_seed(3)
    keras.backend.clear_session()
    network = build_network(case["model"])
    optimizer = build_optimizer(case["compile"]["optimizer"])
    loss = build_loss(case["compile"].get("loss", "categorical_crossentropy"), len(CLASSES))
    stir(network)
    network.compile(optimizer=optimizer, loss=loss, run_eagerly=False)
    images, labels = pictures(case["model"]["imageSize"])
    targets = np.eye(len(CLASSES), dtype=np.float32)[labels]
    weight_of = case.get("fit", {}).get("classWeight", {})
    weights = np.array([weight_of.get(CLASSES[label], 1.0) for label in labels], np.float32)
    out = {"images": images, "labels": labels} | tensors("initial", network)

    first = slice(0, BATCH)
    with tf.GradientTape() as tape:
        scores = network(images[first].astype(np.float32), training=True)
        total = loss(targets[first], scores, sample_weight=weights[first]) + sum(network.losses)
    gradients = tape.gradient(total, network.trainable_variables)
    out |= {f"gradients/{named(w)}": g.numpy() for w, g in zip(network.trainable_variables, gradients)}
    for weight in network.weights:  # the forward pass above moved the moving statistics
        weight.assign(out[f"initial/{named(weight)}"])

    losses = []
    for step in range(STEPS):
        at = slice((step % BATCHES) * BATCH, (step % BATCHES + 1) * BATCH)
        network.reset_metrics()
        logged = network.train_on_batch(images[at].astype(np.float32), targets[at], sample_weight=weights[at])
        losses.append(float(np.atleast_1d(logged)[0]))
    out |= tensors("final", network)
    out["losses"] = np.array(losses, np.float32)
    out["predictions"] = network(images[first].astype(np.float32), training=False).numpy()
    assert all(np.isfinite(value).all() for value in out.values()), name
    out = {key: np.ascontiguousarray(value) for key, value in out.items()}
    print(f"{name:32} {losses[0]:.4f} -> {losses[-1]:.4f}")
    return {f"{name}/{key}": value for key, value in out.items()}


if __name__ == "__main__":
    tensors_of_all = {}
    for name, case in CASES.items():
        tensors_of_all |= run(name, case)
    metadata = {"cases": json.dumps(CASES), "keras": keras.__version__}
    save_file(tensors_of_all, GOLDEN, metadata)
