"""Keras's half of each row: one JSON command a line on standard input, one answer a line.

keras.mjs starts it with the folder of the inputs. TensorFlow has its default threads and settings.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf

sys.path.append(str(Path(__file__).parent.parent))
import answers
import keras_networks

BATCH = 32


class Side:
    """A network from tabfit's file, the pictures of its size, and what its layers make of them."""

    def __init__(self, inputs):
        self.inputs = inputs

    def versions(self):
        return {"keras": keras.__version__, "tensorflow": tf.__version__}

    def load(self, file, size):
        """The pictures are float32 from the start, so that no time is spent on widening them."""
        keras.backend.clear_session()
        self.network = keras.saving.load_model(self.inputs / file, compile=False)
        self.body = keras_networks.body(self.network)
        self.labels = np.array(json.loads((self.inputs / "pictures.json").read_text())["labels"], np.int32)
        pixels = np.fromfile(self.inputs / f"pictures-{size}.rgb", np.uint8)
        self.pictures = pixels.reshape(-1, size, size, 3).astype(np.float32)
        self.known = None

    def predict(self, numbers):
        return self.network.predict(self.pictures[numbers], verbose=0).tolist()

    def feature_ways(self, numbers):
        """Each way to run the body in batches, after one warm pass, with the milliseconds of a second one."""
        body, pictures, count = self.body, self.pictures[numbers], len(numbers)
        call = tf.function(lambda batch: body(batch, training=False))
        self.ways = {
            "predict": lambda: body.predict(pictures, batch_size=BATCH, verbose=0),
            "tf.function": lambda: [call(pictures[at : at + BATCH]).numpy() for at in range(0, count, BATCH)],
        }
        times = {}
        for name, way in self.ways.items():
            way()
            times[name] = milliseconds(way)
        return times

    def features(self, way):
        return milliseconds(self.ways[way])

    def of(self, numbers):
        """The features of these pictures; all are computed once."""
        if self.known is None:
            self.known = self.body.predict(self.pictures, batch_size=BATCH, verbose=0)
        return self.known[numbers], self.labels[numbers]

    def head_losses(self, training, validation, epochs):
        """Without dropout, in the given order."""
        model = keras_networks.head(self.network, False)
        logs = self.fit(model, self.of(training), self.of(validation), epochs, shuffle=False).history
        return {"loss": logs["loss"], "val_loss": logs["val_loss"]}

    def head_ways(self, training, validation, epochs):
        """Each way to train a head, after a warm epoch, with the milliseconds of all epochs."""
        data = self.of(training), self.of(validation)
        settings = {"fit": {}, "fit, jit_compile=False": {"jit_compile": False},
                    "fit, jit_compile=False, steps_per_execution=29": {"jit_compile": False, "steps_per_execution": 29}}
        self.heads, times = {}, {}
        for name, more in settings.items():
            model = keras_networks.head(self.network, True, **more)
            self.fit(model, *data, 1)
            self.heads[name] = lambda model=model: self.fit(model, *data, epochs)
            times[name] = milliseconds(self.heads[name])
        return times

    def head(self, way):
        return milliseconds(self.heads[way])

    def head_seed(self, seed, training, validation, test, epochs):
        keras.utils.set_random_seed(seed)
        model = keras_networks.new_head(self.network)
        logs = self.fit(model, self.of(training), self.of(validation), epochs).history
        return {"validation": max(logs["val_accuracy"]), "test": self.score(model, self.of(test))}

    def cut_before(self, learning):
        """What the frozen front makes of all pictures is computed once, as tabfit does it."""
        front, self.tail = keras_networks.cut(self.network, set(learning))
        self.before = front.predict(self.pictures, batch_size=BATCH, verbose=0)
        self.start = self.tail.get_weights()
        return {"front": len(front.layers), "weights": sum(weight.numpy().size for weight in self.tail.trainable_weights)}

    def before_of(self, numbers):
        return self.before[numbers], self.labels[numbers]

    def block_losses(self, training, rate, steps):
        """The loss of each batch, in the given order."""
        tail = keras_networks.compiled(self.tail, rate)
        inputs, labels = self.before_of(training[: steps * BATCH])
        return [float(tail.train_on_batch(inputs[at : at + BATCH], labels[at : at + BATCH])[0]) for at in range(0, steps * BATCH, BATCH)]

    def block_epochs(self, training, rate, epochs):
        """The loss of each epoch, in the given order."""
        self.tail.set_weights(self.start)
        tail = keras_networks.compiled(self.tail, rate)
        return self.fit(tail, self.before_of(training), None, epochs, shuffle=False).history["loss"]

    def block_seed(self, seed, training, validation, test, epochs, rate, tail_epochs):
        keras.utils.set_random_seed(seed)
        head = keras_networks.new_head(self.network)
        self.fit(head, self.of(training), self.of(validation), epochs)
        before = self.score(head, self.of(test))
        self.tail.set_weights(self.start)
        self.tail.layers[-1].set_weights(head.layers[-1].get_weights())
        tail = keras_networks.compiled(self.tail, rate)
        self.fit(tail, self.before_of(training), self.before_of(validation), tail_epochs)
        return {"head": before, "test": self.score(tail, self.before_of(test))}

    @staticmethod
    def fit(model, training, validation, epochs, shuffle=True):
        return model.fit(*training, validation_data=validation, epochs=epochs, batch_size=BATCH, shuffle=shuffle, verbose=0)

    @staticmethod
    def score(model, data):
        return float(model.evaluate(*data, batch_size=BATCH, verbose=0, return_dict=True)["accuracy"])


def milliseconds(work):
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    answers.answer(Side(Path(sys.argv[1])))
