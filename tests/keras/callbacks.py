"""What the callbacks of real Keras decide on synthetic histories: what tabfit's must decide too.

    pip install -r tests/keras/requirements.txt && python tests/keras/callbacks.py

Keras's own `fit` runs with Keras's own callbacks; only the numbers are made up: a training step adds 1 to the only
weight and returns the history's losses, an evaluation returns the history's validation metrics. So a weight of 3 is
the state after step 3. Epochs and batches are counted from 1 in the answers.
"""

import contextlib
import json
import math
import os
import re
import tempfile
import warnings
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np

from callback_cases import CASES

RECORDED = Path(__file__).resolve().parent / "callbacks.json"
RATE = 1e-3


class Replay(keras.Model):
    """A network whose logs are given: `logs[epoch]`, and `batches[epoch][batch]` where they matter."""

    def __init__(self, logs, batches=None):
        super().__init__()
        self.logs, self.batches = logs, batches or [[None]] * len(logs)
        self.saves = []
        self.scores = keras.layers.Dense(2)
        self.steps = self.add_weight(shape=(), initializer="zeros", name="steps")
        self.compile(keras.optimizers.SGD(RATE), "categorical_crossentropy", metrics=["accuracy"], run_eagerly=True)
        # Only measured metrics have a direction, which the mode "auto" asks for.
        self.test_on_batch(np.zeros((1, 2)), np.eye(1, 2))

    def call(self, inputs):
        return self.scores(inputs)

    def make_train_function(self, force=False):
        self.train_function = self.train

    def train(self, iterator):
        next(iterator)
        self.steps.assign_add(1.0)
        loss = self.batches[self.epoch][self.batch]
        training = {name: value for name, value in self.logs[self.epoch].items() if not name.startswith("val_")}
        return training if loss is None else training | {"loss": loss}

    def get_metrics_result(self):
        return {}  # or `fit` would log what it measured instead

    def evaluate(self, **_):
        return {name[4:]: value for name, value in self.logs[self.epoch].items() if name.startswith("val_")}

    def play(self, *callbacks, **options):
        """Fits as many epochs as there are logs; the first of the callbacks only tells where the run is."""
        examples = np.zeros((len(self.batches[0]), 2)), np.zeros((len(self.batches[0]), 2))
        where = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, _: setattr(self, "epoch", epoch),
            on_train_batch_begin=lambda batch, logs: setattr(self, "batch", batch),
        )
        return self.fit(
            *examples, batch_size=1, epochs=len(self.logs), validation_data=examples, shuffle=False, verbose=0,
            callbacks=[where, *callbacks], **options,
        )  # fmt: skip

    def save(self, filepath, **_):
        self.saves.append(self.place() | {"path": str(filepath)})

    def save_weights(self, filepath, **options):
        self.save(filepath)
        super().save_weights(filepath, **options)

    def place(self):
        return {"epoch": self.epoch + 1, "batch": self.batch + 1}

    @property
    def rate(self):
        return float(self.optimizer.learning_rate.numpy())


def at_epochs(act):
    """Calls `act` with each epoch, from 1, after the callbacks before it."""
    return keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, _: act(epoch + 1))


def early_stopping(make, logs):
    network, ran, callback = Replay(logs), [], make()
    network.play(callback, at_epochs(ran.append))
    restored = int(network.steps.numpy()) if callback.best_weights is not None else None
    return {"epochs": ran[-1], "stopped": network.stop_training, "restored": restored}


def reduce_lr_on_plateau(make, logs):
    network, rates = Replay(logs), []
    network.play(make(), at_epochs(lambda _: rates.append(network.rate)))
    before = [float(np.float32(RATE)), *rates]
    # Keras keeps the rate in 32 bits. Where rounding leaves it a little above `min_lr`, Keras reduces it once more,
    # to the same number rounded down; that is no reduction.
    reduced = [epoch + 1 for epoch, rate in enumerate(rates) if rate < before[epoch] * (1 - 1e-6)]
    return {"learningRates": rates, "reducedAfter": reduced}


def model_checkpoint(make, logs, batches=None):
    network = Replay(logs, batches)
    network.play(make())
    return {"saves": network.saves}


def learning_rate_scheduler(make, logs, schedule, also=None):
    """`calls` are what the schedule is asked and answers: epoch from 0, rate before, rate after."""
    network, calls, rates = Replay(logs), [], []

    def asked(epoch, rate):
        calls.append([epoch, rate, schedule(epoch, rate)])
        return calls[-1][2]

    others = [keras_callback(also) for also in [also] if also]
    network.play(make(schedule=asked), at_epochs(lambda _: rates.append(network.rate)), *others)
    return {"calls": calls, "learningRates": rates}


def csv_logger(make, logs, before=None):
    if before is not None:
        Path("log.csv").write_bytes(before.encode())
    Replay(logs).play(make())
    return {"text": Path("log.csv").read_bytes().decode()}


def terminate_on_nan(make, logs, batches):
    network, ended, raised = Replay(logs, batches), [], False
    try:
        network.play(make(), at_epochs(ended.append))
    except RuntimeError:
        raised = True
    stopped = network.stop_training or raised
    return {"stopped": network.place() if stopped else None, "raised": raised, "recordedEpochs": len(ended)}


class Killed(Exception):
    pass


def backup_and_restore(make, logs, batches, interrupted):
    """A first run that dies, if it is to, and a second in a new process's place."""
    first, second, began = Replay(logs, batches), Replay(logs, batches), []

    def kill(batch, logs):
        if (first.epoch + 1, batch + 1) == interrupted:
            raise Killed

    try:
        first.play(make(), keras.callbacks.LambdaCallback(on_train_batch_begin=kill))
    except Killed:
        pass
    second.play(
        make(),
        keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, _: began.append({"epoch": epoch + 1, "steps": int(second.steps.numpy())})
        ),
    )
    saves = [{name: save[name] for name in ("epoch", "batch")} for save in first.saves]
    return {"saves": saves, "resumed": began[0], "kept": Path("backup").exists()}


PLAYERS = {
    "EarlyStopping": early_stopping,
    "ReduceLROnPlateau": reduce_lr_on_plateau,
    "ModelCheckpoint": model_checkpoint,
    "LearningRateScheduler": learning_rate_scheduler,
    "CSVLogger": csv_logger,
    "TerminateOnNaN": terminate_on_nan,
    "BackupAndRestore": backup_and_restore,
}


def keras_callback(config, **more):
    snake = {re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name): value for name, value in config.items()}
    return getattr(keras.callbacks, snake.pop("type"))(**snake, **more)


def rows(columns):
    """The logs of each epoch from a list of values per metric."""
    epochs = len(next(iter(columns.values())))
    return [{name: values[at] for name, values in columns.items() if values[at] is not None} for at in range(epochs)]


def plain(value):
    """JSON has no NaN and no infinity: they are written as "nan", "inf" and "-inf"."""
    match value:
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case float() if not math.isfinite(value):
            return str(value)
    return value


def record(kind, name, arguments, history, given=None):
    config, logs, given = {"type": kind} | arguments, rows(history), given or {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        decisions = PLAYERS[kind](lambda **more: keras_callback(config, **more), logs, **given)
    told = {key: value for key, value in given.items() if key != "schedule"}  # a function is told by its calls
    return {"name": name, "callback": config, "history": logs} | told | {"decisions": decisions}


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of metrics that are absent
    recorded = []
    for kind, cases in CASES.items():
        assert len(cases) >= 10, kind
        for case in cases:
            recorded.append(record(kind, *case))
            print(f"{kind:22} {case[0]:52} {recorded[-1]['decisions']}")
    lines = ",\n".join(json.dumps(plain(case), allow_nan=False) for case in recorded)
    RECORDED.write_text(f"[\n{lines}\n]\n")
