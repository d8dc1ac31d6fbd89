"""The contender Keras, with TensorFlow on the processor: it answers the commands of contend.js.

keras-realm.mjs starts it, and TensorFlow begins with the number of threads that `open` is told.
"""

import os
import time
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file

import answers

CLASSES = 4
LAYERS = ["conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "dense", "dense_1"]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
# Each way has so many steps to show how fast it is, after one that compiles it, or as many as fit into the seconds.
TRIED, TRIED_SECONDS = 5, 2
# One thread cannot use more of the processor than one core, but clocks are rounded.
ONE_CORE = 1.1


class Contender:
    def open(self, imageSize, batchSize, inputs, threads, network=None, rate=1e-3, **_others):
        """Reads the weights and the pictures, tries each way to train, and keeps the fastest."""
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
        self.threads, self.batch = threads, batchSize
        self.file = Path(inputs) / "network.keras" if network else None
        tensors = load_file(Path(inputs) / f"weights-{imageSize}.safetensors")
        self.weights = [] if network else [tensors[f"{layer}/{part}"] for layer in LAYERS for part in ("kernel", "bias")]
        pixels = np.fromfile(Path(inputs) / f"pictures-{imageSize}.rgb", np.uint8)
        self.pictures = pixels.reshape(-1, imageSize, imageSize, 3)
        self.labels = (np.arange(len(self.pictures)) % CLASSES).astype(np.int32)
        times = {name: self.seconds(way(self.network(), keras.optimizers.Adam(rate))) for name, way in WAYS.items()}
        fastest = min(times, key=times.get)
        self.train = WAYS[fastest](self.network(), keras.optimizers.Adam(rate))
        count = f", {threads} threads" if threads > 1 else ""
        ways = {name: 1000 * seconds for name, seconds in times.items()}
        return {"device": {"name": f"CPU{count}, {fastest}", "fallback": False, "threads": threads, "ways": ways}}

    def network(self):
        """The network with the weights that every contender starts from; it takes bytes and gives logits."""
        if self.file:
            model = keras.saving.load_model(self.file, compile=False)
            model.layers[-1].activation = keras.activations.linear
            return model

        def conv(channels):
            return keras.layers.Conv2D(channels, 3, padding="same", activation="relu")

        def pool():
            return keras.layers.MaxPooling2D()

        model = keras.Sequential([
            keras.Input(self.pictures.shape[1:], dtype="uint8"), keras.layers.Rescaling(1 / 255),
            conv(32), conv(32), pool(), conv(64), pool(), conv(128), pool(),
            keras.layers.Flatten(), keras.layers.Dense(256, "relu"), keras.layers.Dense(CLASSES),
        ])
        model.set_weights(self.weights)
        return model

    def step(self, train, number):
        """The loss of a step, whose update is done once the loss is read."""
        at = slice(number * self.batch, (number + 1) * self.batch)
        return train(self.pictures[at], self.labels[at])

    def seconds(self, train):
        """The fastest step of a way. TensorFlow runs a step at once, but its result is read to be sure."""
        float(self.step(train, 0))
        times = []
        while len(times) < TRIED and (not times or sum(times) < TRIED_SECONDS):
            began = time.perf_counter()
            float(self.step(train, len(times)))
            times.append(time.perf_counter() - began)
        return min(times)

    def check(self, most, fewest, limitMs):
        """The losses of the first steps, and the time of the last one. The first step's time would be that of trying."""
        losses, ends = [], [time.perf_counter()]
        while len(losses) < most and (len(losses) < fewest or 1000 * (ends[-1] - ends[0]) < limitMs):
            losses.append(float(self.step(self.train, len(losses))))
            ends.append(time.perf_counter())
        return {"losses": losses, "firstStepMs": None, "lastStepMs": 1000 * (ends[-1] - ends[-2])}

    def round(self, steps):
        began, used = time.perf_counter(), time.process_time()
        for number in range(steps):
            loss = self.step(self.train, number)
        float(loss)
        seconds, used = time.perf_counter() - began, time.process_time() - used
        if self.threads == 1 and used > ONE_CORE * seconds:
            raise RuntimeError(f"on one thread it used {used / seconds:.2f} cores")
        return {"ms": 1000 * seconds, "counts": dict.fromkeys(("dispatches", "submits", "bindGroups", "bytes", "reads", "calls"), 0)}


def by_keras(model, optimizer):
    """Keras's own step; without metrics its only result is the loss of the batch, which it reads itself."""
    model.compile(optimizer=optimizer, loss=LOSS)
    return model.train_on_batch


def by_tensorflow(**compiling):
    """A step written here, as Keras's guide to loops of one's own has it."""
    def way(model, optimizer):
        optimizer.build(model.trainable_variables)

        @tf.function(**compiling)
        def step(pictures, labels):
            with tf.GradientTape() as tape:
                loss = LOSS(labels, model(pictures, training=True))
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
            return loss

        return lambda pictures, labels: step(tf.constant(pictures), tf.constant(labels))
    return way


WAYS = {
    "train_on_batch": by_keras,  # without XLA, which Keras leaves out where there is only a processor
    "tf.function": by_tensorflow(jit_compile=False),
    "tf.function, jit_compile=True": by_tensorflow(jit_compile=True),
}

if __name__ == "__main__":
    answers.answer(Contender())
