"""Synthetic histories for each callback, in tabfit's words; `callbacks.py` plays them to Keras.

A case is `(what it shows, arguments, history, extras)`. A history is a list of values per metric, or, for
`TerminateOnNaN`, a list of batch losses per epoch; `None` leaves a metric out of that epoch's logs.
"""

NAN, INF = float("nan"), float("inf")


def val_loss(*values):
    return {"val_loss": list(values)}


def val_accuracy(*values):
    return {"val_accuracy": list(values)}


TUTORIAL = val_accuracy(
    0.3695, 0.5984, 0.8072, 0.7912, 0.8594, 0.8594, 0.8594, 0.8996, 0.9036, 0.8996,
    0.8996, 0.8996, 0.8996, 0.8996, 0.8996, 0.9036, 0.8996, 0.9036, 0.8996, 0.8996,
)  # fmt: skip

EARLY_STOPPING = [
    ("stops at the first rise", {}, val_loss(0.5, 0.4, 0.45, 0.3)),
    ("ties are no improvement", {"patience": 2}, val_loss(0.5, 0.5, 0.5, 0.4)),
    (
        "small steps add up to one improvement",
        {"patience": 3, "minDelta": 0.01},
        val_loss(0.5, 0.495, 0.493, 0.489, 0.485, 0.484, 0.483, 0.4),
    ),
    ("NaN is no improvement", {"patience": 2}, val_loss(0.5, NAN, 0.4, NAN, NAN, 0.3)),
    ("after a first NaN nothing improves", {"patience": 3}, val_loss(NAN, 0.5, 0.4, 0.3, 0.2)),
    ("infinity can be improved on", {"patience": 2}, val_loss(INF, INF, 0.5, INF, 0.6, 0.4)),
    (
        "plateau at the start",
        {"monitor": "val_accuracy", "patience": 3, "restoreBestWeights": True},
        val_accuracy(0.25, 0.25, 0.25, 0.25, 0.9),
    ),
    ("a baseline never beaten lets improvements go on", {"baseline": 0.3, "patience": 2}, val_loss(0.9, 0.8, 0.7, 0.6)),
    (
        "a baseline not yet beaten keeps the wait",
        {"baseline": 0.3, "patience": 2, "restoreBestWeights": True},
        val_loss(0.9, 0.8, 0.7, 0.75, 0.2),
    ),
    (
        "a baseline beaten restarts the wait",
        {"baseline": 0.3, "patience": 2, "restoreBestWeights": True},
        val_loss(0.5, 0.25, 0.28, 0.2, 0.3, 0.3, 0.1),
    ),
    (
        "starts late and forgets the epochs before",
        {"startFromEpoch": 3, "patience": 2, "restoreBestWeights": True},
        val_loss(0.1, 0.9, 0.9, 0.8, 0.8, 0.7, 0.7, 0.75, 0.6),
    ),
    ("starts after the end", {"startFromEpoch": 5, "restoreBestWeights": True}, val_loss(0.1, 0.2, 0.3)),
    (
        "restores although it did not stop",
        {"patience": 9, "restoreBestWeights": True},
        val_loss(0.5, 0.3, 0.3, 0.4),
    ),
    ("restores nothing unless asked", {"patience": 1}, val_loss(0.3, 0.5)),
    (
        "restores the first epoch when all values are NaN",
        {"patience": 2, "restoreBestWeights": True},
        val_loss(NAN, NAN, NAN, NAN),
    ),
    ("mode max on a loss", {"mode": "max", "patience": 1, "restoreBestWeights": True}, val_loss(0.3, 0.4, 0.4, 0.6)),
    (
        "mode min on an accuracy",
        {"monitor": "val_accuracy", "mode": "min", "patience": 1},
        val_accuracy(0.9, 0.8, 0.85, 0.1),
    ),
    (
        "values are compared as 32-bit floats",
        {"monitor": "val_accuracy", "minDelta": 0.1, "patience": 1},
        val_accuracy(0.7, 0.8, 0.9),
    ),
    ("epochs without the metric do not count", {"patience": 2}, val_loss(None, 0.5, None, 0.5, None, 0.5, None)),
]

REDUCE_LR_ON_PLATEAU = [
    (
        "the tutorial's twenty epochs",
        {"monitor": "val_accuracy", "factor": 0.3, "patience": 2, "minDelta": 0.001},
        TUTORIAL,
    ),
    ("ties are no improvement", {"patience": 2}, val_loss(0.5, 0.5, 0.5, 0.5, 0.5, 0.4)),
    ("NaN is no improvement", {"patience": 2}, val_loss(0.5, NAN, 0.4, NAN, NAN, 0.3)),
    ("after a first NaN nothing improves", {"patience": 2}, val_loss(NAN, 0.5, 0.4, 0.3, 0.2)),
    ("infinity can be improved on", {"patience": 1}, val_loss(INF, INF, 0.5, INF)),
    (
        "plateau at the start",
        {"monitor": "val_accuracy", "patience": 3, "factor": 0.5},
        val_accuracy(0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.9),
    ),
    ("the default patience of ten", {"factor": 0.5}, val_loss(*[0.5] * 13)),
    ("patience zero reduces at once", {"patience": 0, "factor": 0.5}, val_loss(0.5, 0.5, 0.4, 0.4)),
    ("cooldown of two", {"patience": 1, "cooldown": 2, "factor": 0.5}, val_loss(*[0.5] * 9)),
    (
        "cooldown with patience two",
        {"patience": 2, "cooldown": 3, "factor": 0.5},
        val_loss(0.5, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4),
    ),
    ("an improvement during cooldown", {"patience": 1, "cooldown": 2}, val_loss(0.5, 0.5, 0.4, 0.4, 0.4, 0.4)),
    ("the lowest rate ends all", {"patience": 1, "minLr": 1e-5}, val_loss(*[0.5] * 6)),
    (
        "at the lowest rate no cooldown begins",
        {"patience": 2, "cooldown": 2, "minLr": 4e-4, "factor": 0.5},
        val_loss(*[0.5] * 12),
    ),
    ("the lowest rate is the first", {"patience": 1, "minLr": 1e-3}, val_loss(0.5, 0.5, 0.5)),
    ("the lowest rate is above the first", {"patience": 1, "minLr": 1e-2}, val_loss(0.5, 0.5, 0.5)),
    ("the default minimum change", {"patience": 1}, val_loss(0.5, 0.49995, 0.49985, 0.4998, 0.4997)),
    ("mode max on a loss", {"mode": "max", "patience": 1}, val_loss(0.3, 0.4, 0.4, 0.6, 0.5)),
    (
        "mode min on an accuracy",
        {"monitor": "val_accuracy", "mode": "min", "patience": 1},
        val_accuracy(0.9, 0.8, 0.85, 0.1),
    ),
    (
        "values are compared as 32-bit floats",
        {"monitor": "val_accuracy", "minDelta": 0.1, "patience": 1},
        val_accuracy(0.7, 0.8, 0.9),
    ),
    ("epochs without the metric do not count", {"patience": 2}, val_loss(None, 0.5, None, 0.5, None, 0.5, None)),
]

CASES = {
    "EarlyStopping": EARLY_STOPPING,
    "ReduceLROnPlateau": REDUCE_LR_ON_PLATEAU,
}
