"""What a run leaves behind as it goes on: its curves, and after each epoch all that it takes to go on from there."""

import csv
import json
import os

import keras
import numpy as np
from events import EventFile
from network import valid
from settings import REMEMBERED


class Once(keras.callbacks.CallbackList):
    """Callbacks over several calls of `fit`, one for each epoch: they begin and end with the run, not with each call."""

    def on_train_begin(self, logs=None):
        pass

    def on_train_end(self, logs=None):
        pass

    def begin(self):
        super().on_train_begin()

    def end(self):
        super().on_train_end()


def records_of(history):
    """The epochs that the tab trained, as `{"epoch": number from 1, name: value}`."""
    epochs = history["epochs"] if history else []
    return [{"epoch": epoch, **{valid(name): float(value) for name, value in logs.items()}} for epoch, logs in epochs]


class Curves(keras.callbacks.Callback):
    """Writes `history.csv` as Keras's CSVLogger does, and event files of TensorBoard below `logs/`."""

    def __init__(self, results, records):
        super().__init__()
        self.results, self.records = results, records

    def on_train_begin(self, logs=None):
        self.events = {part: EventFile(self.results / "logs" / part) for part in ("train", "validation")}
        if not self.events["train"].begun_before:
            for record in self.records:
                self.draw(record)
        self.write()

    def on_epoch_end(self, epoch, logs=None):
        rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
        numbers = {name: float(np.mean(value)) for name, value in (logs or {}).items()}
        self.records.append({"epoch": epoch + 1, **numbers, "learning_rate": rate})
        self.draw(self.records[-1])
        self.write()

    def draw(self, record):
        values = {name: value for name, value in record.items() if name != "epoch"}
        held_out = {f"epoch_{name[4:]}": value for name, value in values.items() if name.startswith("val_")}
        self.events["train"].add(record["epoch"] - 1, {f"epoch_{name}": value for name, value in values.items() if not name.startswith("val_")})
        if held_out:
            self.events["validation"].add(record["epoch"] - 1, held_out)

    def write(self):
        names = sorted({name for record in self.records for name in record} - {"epoch"})
        with replacing(self.results / "history.csv") as path, open(path, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["epoch", *names])
            table.writerows([record["epoch"] - 1, *(record.get(name, "") for name in names)] for record in self.records)


class replacing:
    """A file that takes the place of an older one only when it is whole: `with replacing(path) as temporary`."""

    def __init__(self, path):
        self.path, self.temporary = path, path.with_name(f".{path.name}")

    def __enter__(self):
        return self.temporary

    def __exit__(self, failed, *_):
        if failed is None:
            os.replace(self.temporary, self.path)


class Backup(keras.callbacks.Callback):
    """Keeps the network, its optimizer, the curves and what the callbacks remember after each epoch."""

    def __init__(self, results, callbacks, curves):
        super().__init__()
        self.results, self.callbacks, self.curves = results, callbacks, curves

    def on_epoch_end(self, epoch, logs=None):
        name = f"progress-{epoch + 1}"
        self.model.save_weights(self.results / f"{name}.weights.h5")  # and the optimizer's state
        kept, remembered = {}, []
        for index, callback in enumerate(self.callbacks):
            attributes = REMEMBERED.get(type(callback).__name__, {})
            remembered.append({attribute: plain(getattr(callback, attribute, None)) for attribute in attributes})
            for at, weight in enumerate(getattr(callback, "best_weights", None) or []):
                kept[f"{index}/{at}"] = weight
        np.savez(self.results / f"{name}.npz", **kept)  # the weights that callbacks may restore
        about = {"epoch": epoch + 1, "files": name, "ended": self.model.stop_training, "callbacks": remembered, "records": self.curves.records}
        with replacing(self.results / "progress.json") as path:
            path.write_text(json.dumps(about))
        for old in self.results.glob("progress-*.*"):
            if not old.name.startswith(f"{name}."):
                old.unlink()


def plain(value):
    """A number of NumPy or of the backend as one of Python."""
    return value if value is None or isinstance(value, int) else float(value)


def last_backup(results):
    """What the last backup says; None before the first one."""
    path = results / "progress.json"
    return json.loads(path.read_text()) if path.exists() else None


def restore_from_backup(callbacks, backup, results):
    """Gives the callbacks what they remembered at a backup."""
    with np.load(results / f"{backup['files']}.npz") as kept:
        for index, (callback, remembered) in enumerate(zip(callbacks, backup["callbacks"])):
            for attribute, value in remembered.items():
                setattr(callback, attribute, value)
            count = sum(name.startswith(f"{index}/") for name in kept.files)
            if count:
                callback.best_weights = [kept[f"{index}/{at}"] for at in range(count)]


def restore_from_tab(callbacks, place, kept_weights):
    """Gives the callbacks what they remembered in the tab. `kept_weights` are those of the callback with a number, if any."""
    for index, (callback, stored) in enumerate(zip(callbacks, place["callbacks"])):
        for attribute, name in REMEMBERED.get(type(callback).__name__, {}).items():
            value = stored.get(name)
            if value is not None:
                setattr(callback, attribute, float(value) if name == "best" else value)
        if isinstance(callback, keras.callbacks.EarlyStopping):
            callback.best_epoch = max(callback.best_epoch - 1, 0)  # Keras counts from 0
            callback.best_weights = kept_weights(index)
