"""What `compile` and the callbacks of the run were told, as Keras's own objects."""

import re

import keras
from network import valid

OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}


def snake_case(name):
    """`kernelSize` to `kernel_size`, and `beta1` to `beta_1`."""
    return re.sub(r"^beta(?=\d)", "beta_", re.sub(r"(?=[A-Z])", "_", name).lower())


def keywords(given, *without):
    """The arguments that are given, by Keras's names."""
    return {snake_case(name): value for name, value in given.items() if value is not None and name not in ("type", *without)}


def schedule(given):
    """A learning rate that follows the step."""
    return getattr(keras.optimizers.schedules, given["type"])(**keywords(given))


def optimizer(given):
    arguments = keywords(given)
    if isinstance(arguments["learning_rate"], dict):
        arguments["learning_rate"] = schedule(arguments["learning_rate"])
    return getattr(keras.optimizers, OPTIMIZERS[given["type"]])(**arguments)


def loss(given):
    if given == "categorical_focal_crossentropy":
        return keras.losses.CategoricalFocalCrossentropy()
    if isinstance(given, str):
        return keras.losses.CategoricalCrossentropy()  # the sparse one is the same for labels as vectors
    return getattr(keras.losses, given["type"])(**keywords(given))


@keras.saving.register_keras_serializable("tabfit")
class F1OfClass(keras.metrics.F1Score):
    """The F1 score of one class; Keras's own has those of all classes or their average."""

    def __init__(self, class_id, **arguments):
        super().__init__(average=None, **arguments)
        self.class_id = class_id

    def result(self):
        return super().result()[self.class_id]

    def get_config(self):
        config = super().get_config()
        config.pop("average")
        return {**config, "class_id": self.class_id}


def metrics(given, class_names):
    """The metrics for `compile`, led by `accuracy`, which tabfit always measures."""
    others = [metric for metric in given if metric != "accuracy"]
    return ["accuracy", *(metric_of(metric, class_names) for metric in others)]


def metric_of(given, class_names):
    if given == "f1_score":  # in tabfit's logs it is the mean of all classes
        return keras.metrics.F1Score(average="macro", name="f1_score")
    if isinstance(given, str):
        return given
    kind, arguments = given["type"], keywords(given, "className", "classId")
    chosen = given.get("className", given.get("classId"))
    if chosen is not None:
        chosen = class_names.index(chosen) if isinstance(chosen, str) else int(chosen)
        default = "auc" if kind == "AUC" else snake_case(kind).strip("_")
        arguments.setdefault("name", f"{default}_{class_names[chosen]}")
    if "name" in arguments:
        arguments["name"] = valid(arguments["name"])
    for whole in ("k", "top_k", "num_thresholds"):
        if whole in arguments:
            arguments[whole] = int(arguments[whole])
    if kind == "F1Score" and chosen is not None:
        arguments.pop("average", None)
        return F1OfClass(chosen, **arguments)
    if kind == "F1Score":
        arguments.setdefault("average", "macro")
    elif kind == "AUC" and chosen is not None:
        weights = [float(label == chosen) for label in range(len(class_names))]
        arguments.update(multi_label=True, num_labels=len(class_names), label_weights=weights)
    elif chosen is not None:
        arguments["class_id"] = chosen
    return getattr(keras.metrics, kind)(**arguments)


# What a callback remembers between two epochs: its attribute in Keras, and the name in the state that tabfit stored.
REMEMBERED = {
    "EarlyStopping": {"best": "best", "wait": "wait", "best_epoch": "best_epoch"},
    "ReduceLROnPlateau": {"best": "best", "wait": "wait", "cooldown_counter": "cooling"},
    "ModelCheckpoint": {"best": "best", "_batches_seen_since_last_saving": "batches"},
}


def callbacks(given, results):
    """Keras's callback for each of the run's, which writes into the folder of the results; None for those that `train.py`
    replaces by its own files.
    """
    return [callback_of(callback, results) for callback in given]


def callback_of(given, results):
    kind, arguments = given["type"], keywords(given)
    if kind in ("BackupAndRestore", "CSVLogger", "TensorBoard"):
        return None
    if kind == "LearningRateScheduler":
        return keras.callbacks.LearningRateScheduler(rate_of_epoch(given["schedule"]))
    if "monitor" in arguments:
        arguments["monitor"] = valid(arguments["monitor"])
    for whole in ("patience", "cooldown", "start_from_epoch"):
        if whole in arguments:
            arguments[whole] = int(arguments[whole])
    if kind == "ModelCheckpoint":
        path = re.sub(r"\{([^:}]*)", lambda name: "{" + valid(name[1]), arguments["filepath"])
        path = re.sub(r"\.safetensors$", ".weights.h5", re.sub(r"\.tabfit$", ".keras", path))
        arguments["filepath"] = str(results / path)
        frequency = arguments.get("save_freq", "epoch")
        arguments["save_freq"] = frequency if frequency == "epoch" else int(frequency)
    return getattr(keras.callbacks, kind)(**arguments)


def rate_of_epoch(given):
    """The learning rate of an epoch, counted from 0: one of a list, of which the last one stays, or that of a schedule."""
    if isinstance(given, list):
        return lambda epoch, rate: given[min(epoch, len(given) - 1)]
    rule = schedule(given)
    return lambda epoch, rate: float(rule(epoch))
