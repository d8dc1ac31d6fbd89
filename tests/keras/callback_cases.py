"""Synthetic histories for each callback, in tabfit's words; `callbacks.py` plays them to Keras.

A case is `(what it shows, arguments, history)`, and what else is given by name as a fourth: `batches`, the losses of
each epoch's batches; `before`, the text of a file that is there already; `interrupted`, the epoch and batch before
which the run dies; `schedule`, a function of the epoch from 0 and the rate; `also`, a callback that comes after.
A history is a list of values per metric; `None` leaves a metric out of that epoch's logs.
"""

import math

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


def checkpoint(filepath, **arguments):
    return {"filepath": filepath} | arguments


BEST = {"saveBestOnly": True}
TWO_BY_THREE = {"batches": [[0.9, 0.8, 0.7], [0.6, 0.5, 0.4]]}

MODEL_CHECKPOINT = [
    ("every epoch, the last one stays", checkpoint("last.keras"), val_loss(0.5, 0.6, 0.4)),
    (
        "the path names the epoch and a metric",
        checkpoint("runs/{epoch:02d}-{val_loss:.2f}.keras"),
        val_loss(0.505, 0.25, 12.3456),
    ),
    (
        "weights only",
        checkpoint("{epoch}-{val_accuracy:.4f}.weights.h5", saveWeightsOnly=True),
        val_accuracy(0.5, 1.0),
    ),
    ("the best only", checkpoint("{epoch:03d}.keras", **BEST), val_loss(0.5, 0.6, 0.4, 0.3, 0.35)),
    ("ties are not better", checkpoint("{epoch}.keras", **BEST), val_loss(0.5, 0.5, 0.5)),
    ("NaN is not better", checkpoint("{epoch}.keras", **BEST), val_loss(0.5, NAN, 0.4, NAN)),
    ("after a first NaN nothing is better", checkpoint("{epoch}.keras", **BEST), val_loss(NAN, 0.5, 0.4)),
    (
        "plateau at the start",
        checkpoint("{epoch}.keras", monitor="val_accuracy", **BEST),
        val_accuracy(0.25, 0.25, 0.25, 0.3, 0.3),
    ),
    ("mode max on a loss", checkpoint("{epoch}.keras", mode="max", **BEST), val_loss(0.3, 0.2, 0.4, 0.4)),
    (
        "mode min on an accuracy",
        checkpoint("{epoch}.keras", monitor="val_accuracy", mode="min", **BEST),
        val_accuracy(0.9, 0.95, 0.8),
    ),
    (
        "a first threshold of a loss",
        checkpoint("{epoch}.keras", initialValueThreshold=0.5, **BEST),
        val_loss(0.9, 0.5, 0.45, 0.6, 0.4),
    ),
    (
        "a first threshold of an accuracy",
        checkpoint("{epoch}.keras", monitor="val_accuracy", initialValueThreshold=0.5, **BEST),
        val_accuracy(0.4, 0.5, 0.6, 0.55),
    ),
    ("an absent metric saves", checkpoint("{epoch}.keras", **BEST), val_loss(0.5, None, 0.6, 0.4)),
    ("every two batches", checkpoint("{epoch}-{batch:02d}.keras", saveFreq=2), {"val_loss": [0.5, 0.4]}, TWO_BY_THREE),
    ("every four batches", checkpoint("{epoch}-{batch}.keras", saveFreq=4), {"val_loss": [0.5, 0.4]}, TWO_BY_THREE),
    (
        "more batches than the run has",
        checkpoint("{epoch}-{batch}.keras", saveFreq=7),
        {"val_loss": [0.5, 0.4]},
        TWO_BY_THREE,
    ),
]

LEARNING_RATE_SCHEDULER = [
    ("constant", lambda epoch, rate: 0.01),
    ("unchanged", lambda epoch, rate: rate),
    ("a step every three epochs", lambda epoch, rate: 1e-3 * 0.5 ** (epoch // 3)),
    ("exponential after four epochs, as in Keras's own example", lambda epoch, rate: rate if epoch < 4 else rate * 0.9),
    ("exponential from the epoch alone", lambda epoch, rate: 0.01 * math.exp(-0.1 * epoch)),
    ("piecewise", lambda epoch, rate: [1e-2, 1e-3, 1e-4][min(epoch // 2, 2)]),
    ("warm-up, then level", lambda epoch, rate: 1e-2 * min(1.0, (epoch + 1) / 5)),
    ("cosine over eight epochs", lambda epoch, rate: 5e-4 * (1 + math.cos(math.pi * epoch / 8))),
    ("up and down", lambda epoch, rate: 1e-3 if epoch % 2 == 0 else 3e-3),
    ("one over the epoch", lambda epoch, rate: 1e-3 / (1 + epoch)),
    ("halved each epoch", lambda epoch, rate: rate / 2),
    ("down to zero", lambda epoch, rate: max(0.0, 1e-3 - 2.5e-4 * epoch)),
]
PLATEAU = {"also": {"type": "ReduceLROnPlateau", "patience": 1, "factor": 0.5}}
LEARNING_RATE_SCHEDULER = [
    (name, {}, val_loss(*[0.5] * 8), {"schedule": schedule}) for name, schedule in LEARNING_RATE_SCHEDULER
] + [
    ("keeps what a plateau reduced", {}, val_loss(*[0.5] * 4), {"schedule": lambda epoch, rate: rate} | PLATEAU),
    ("overrides what a plateau reduced", {}, val_loss(*[0.5] * 4), {"schedule": lambda epoch, rate: 1e-2} | PLATEAU),
]

BOTH = {"loss": [0.5, 0.25], "accuracy": [0.75, 1.0], "val_loss": [0.625, 0.5], "val_accuracy": [0.5, 0.875]}
LOG = {"filename": "log.csv"}
HEADER = "epoch,accuracy,loss,val_accuracy,val_loss\r\n"
CSV_LOGGER = [
    ("sorted columns, epochs from 0", LOG, BOTH),
    ("semicolons", LOG | {"separator": ";"}, BOTH),
    ("tabs", LOG | {"separator": "\t"}, BOTH),
    ("a separator inside numbers", LOG | {"separator": "."}, val_loss(0.5, 2.0)),
    ("NaN and infinity", LOG, {"loss": [NAN, 0.5, 0.25], "val_loss": [INF, -INF, 1.0]}),
    (
        "how numbers are written",
        LOG,
        val_loss(0.1, 1e-3, 1e-4, 1e-5, 1.5e-7, 1 / 3, 123456789.0, 1e15, 1e16, 1.25e22, 0.0, -0.5, 0.0003000000142492354),
    ),
    ("without validation there are val_ columns of NA", LOG, {"loss": [0.5, 0.25], "learning_rate": [1e-3, 1e-4]}),
    (
        "validation every second epoch",
        LOG,
        {"loss": [0.5, 0.25, 0.125, 0.0625], "val_loss": [None, 0.5, None, 0.25]},
    ),
    ("an absent value is NA", LOG, {"loss": [0.5, None, 0.25], "val_loss": [0.75, 0.5, None]}),
    (
        "a metric that comes later has no column",
        LOG,
        {"val_loss": [0.5, 0.25], "learning_rate": [None, 1e-3]},
    ),
    ("overwrites", LOG, BOTH, {"before": HEADER + "0,0.5,0.5,0.5,0.5\r\n"}),
    ("appends without a second header", LOG | {"append": True}, BOTH, {"before": HEADER + "0,0.5,0.5,0.5,0.5\r\n"}),
    ("appends to an empty file", LOG | {"append": True}, BOTH, {"before": ""}),
    ("appends where no file is", LOG | {"append": True}, BOTH),
]

FINE = [0.5, 0.4, 0.3]
TERMINATE_ON_NAN = [
    ("all numbers", {}, [FINE, FINE]),
    ("the first batch", {}, [[NAN, 0.4, 0.3], FINE]),
    ("in the middle of an epoch", {}, [FINE, [0.5, NAN, 0.3], FINE]),
    ("the last batch of an epoch", {}, [FINE, [0.5, 0.4, NAN], FINE]),
    ("the last batch of all", {}, [FINE, [0.5, 0.4, NAN]]),
    ("infinity", {}, [[0.5, INF, 0.3], FINE]),
    ("minus infinity", {}, [FINE, [0.5, 0.4, -INF], FINE]),
    ("the first of two", {}, [[0.5, 0.4, NAN], [NAN, NAN, NAN]]),
    ("a huge number is a number", {}, [[3.4e38, 1e30, 0.5], FINE]),
    ("a loss of zero is a number", {}, [[0.0, 0.0, 0.0], FINE]),
    ("negative losses are numbers", {}, [[-1.0, -2.0, -3.0], FINE]),
    ("one batch an epoch", {}, [[0.5], [0.4], [NAN], [0.3]]),
    ("raises an error", {"raiseError": True}, [FINE, [0.5, NAN, 0.3]]),
]
TERMINATE_ON_NAN = [
    (name, arguments, val_loss(*[0.5] * len(batches)), {"batches": batches})
    for name, arguments, batches in TERMINATE_ON_NAN
]

BACKUP_AND_RESTORE = [  # what it shows, arguments, the epoch and batch before which the run dies
    ("after every epoch, interrupted at an epoch's start", {}, (3, 1)),
    ("after every epoch, interrupted inside one", {}, (3, 2)),
    ("interrupted before anything was saved", {}, (1, 3)),
    ("interrupted in the last step", {}, (4, 3)),
    ("not interrupted", {}, None),
    ("every two batches, interrupted at a save", {"saveFreq": 2}, (2, 2)),
    ("every two batches, interrupted after a save", {"saveFreq": 2}, (3, 3)),
    ("every three batches saves inside the epoch that ends there", {"saveFreq": 3}, (3, 2)),
    ("every four batches", {"saveFreq": 4}, (3, 1)),
    ("every batch", {"saveFreq": 1}, (2, 3)),
    ("fewer batches than the first save needs", {"saveFreq": 5}, (2, 2)),
    ("two checkpoints, the last one used", {"doubleCheckpoint": True}, (3, 2)),
    ("kept at the end", {"deleteCheckpoint": False}, (2, 1)),
]
BACKUP_AND_RESTORE = [
    (name, {"backupDir": "backup"} | arguments, val_loss(*[0.5] * 4), {"batches": [FINE] * 4, "interrupted": place})
    for name, arguments, place in BACKUP_AND_RESTORE
]

CASES = {
    "EarlyStopping": EARLY_STOPPING,
    "ReduceLROnPlateau": REDUCE_LR_ON_PLATEAU,
    "ModelCheckpoint": MODEL_CHECKPOINT,
    "LearningRateScheduler": LEARNING_RATE_SCHEDULER,
    "CSVLogger": CSV_LOGGER,
    "TerminateOnNaN": TERMINATE_ON_NAN,
    "BackupAndRestore": BACKUP_AND_RESTORE,
}
