"""What real Keras's metrics say: of given scores, and in the history of a fit.

    pip install -r tests/keras/requirements.txt && python tests/keras/metrics.py   # writes metrics.json

Metrics are written once, as the JSON that tabfit reads. A score close to a threshold could fall on either side of it on
another device, so none is, except those that meet one exactly.
"""

import json
import os
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np

from network import arguments

GOLDEN = Path(__file__).parent / "metrics.json"
# No picture is a dog, and no picture is taken for an eel.
CLASSES = ["ant", "bee", "cat", "dog", "eel"]
THRESHOLDS = [200, 5, 2, 30]

METRICS = {
    "categorical_accuracy": {"type": "CategoricalAccuracy"},
    **{f"top_{k}": {"type": "TopKCategoricalAccuracy", "k": k} for k in [1, 2, 3, 5]},
    **{
        f"{kind.lower()}_{key}": {"type": kind, **more}
        for kind in ["Precision", "Recall"]
        for key, more in {
            "plain": {},
            "low": {"thresholds": 0.25},
            "zero": {"thresholds": 0},
            "top": {"topK": 2},
            "top_above": {"topK": 2, "thresholds": 0.3},
            "top_bee": {"topK": 3, "className": "bee"},
            **{name: {"classId": index} for index, name in enumerate(CLASSES)},
        }.items()
    },
    "f1_each": {"type": "F1Score"},
    "f1_micro": {"type": "F1Score", "average": "micro"},
    "f1_macro": {"type": "F1Score", "average": "macro"},
    "f1_weighted": {"type": "F1Score", "average": "weighted"},
    "f1_above": {"type": "F1Score", "average": "macro", "threshold": 0.25},
    "f1_cat": {"type": "F1Score", "className": "cat"},
    **{
        f"auc_{curve}_{count}_{key}".lower(): {"type": "AUC", "numThresholds": count, "curve": curve, **more}
        for curve in ["ROC", "PR"]
        for count in THRESHOLDS
        for key, more in {
            "all": {}, "mean": {"multiLabel": True}, "ant": {"className": "ant"}, "dog": {"className": "dog"}
        }.items()
    },
}


def build(config):
    """A Keras metric, and the class of which it is to speak where Keras has no argument for that."""
    given = arguments(config)
    chosen = given.pop("class_id", None)
    if "class_name" in given:
        chosen = CLASSES.index(given.pop("class_name"))
    if config["type"] in ["Precision", "Recall"]:
        given, chosen = given | {"class_id": chosen}, None
    return getattr(keras.metrics, config["type"])(**given), chosen


def scores():
    """Three batches of logits and labels."""
    rng = np.random.default_rng(6)
    logits = rng.normal(0, 1.5, (29, 5)).round(3)
    labels = rng.choice([0, 0, 1, 2, 4], 29)
    logits[np.arange(29), labels] += 1
    logits[:, 4] = np.minimum(logits[:, 4], logits[:, :4].max(axis=1) - 0.25)
    low = -200  # a probability of exactly 0
    logits[3] = [0, 0, low, low, low]  # both are exactly 0.5
    logits[4] = [low, 0, 0, low, low]
    logits[15] = [0, 0, 0, 0, low]  # four are exactly 0.25
    logits[20] = [low, low, 0, low, low]
    logits[21] = [0, low, low, low, low]
    labels[[3, 4, 15, 20, 21]] = [1, 0, 2, 2, 4]
    return [(logits[at], labels[at]) for at in [slice(0, 12), slice(12, 22), slice(22, 29)]]


def check_margins(probabilities):
    """Nothing may come close to a decision without meeting it exactly."""
    def clear(distance):
        assert ((distance == 0) | (distance > 1e-4)).all(), distance[(distance > 0) & (distance <= 1e-4)]

    for count in THRESHOLDS:
        position = probabilities * np.float32(count - 1)
        nearest = np.round(position)
        inside = (nearest > 0) & (nearest < count - 1)
        clear(np.abs(position - nearest)[inside])
    for threshold in [0.25, 0.3, 0.5]:
        clear(np.abs(probabilities - np.float32(threshold)))
    for row in probabilities:
        row = np.sort(row)
        clear((row[1:] - row[:-1])[row[1:] > 1e-3])


def softmax(logits):
    """By hand: TensorFlow's vectorised `exp` misses ties by a bit."""
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def counted():
    batches = scores()
    values = {}
    for name, config in METRICS.items():
        metric, chosen = build(config)
        for logits, labels in batches:
            p = softmax(logits.astype(np.float32))
            check_margins(p)
            y = np.eye(len(CLASSES), dtype=np.float32)[labels]
            if config["type"] == "AUC" and chosen is not None:
                p, y = p[:, chosen], y[:, chosen]
            metric.update_state(y, p)
        value = np.array(metric.result())
        if config["type"] == "F1Score" and value.ndim == 1:
            if chosen is None:  # the mean is what Keras's progress line shows
                values |= {f"{name}_{one}": float(score) for one, score in zip(CLASSES, value)}
            value = value.mean() if chosen is None else value[chosen]
        values[name] = float(value)
    assert values["f1_each_eel"] == 0 and values["recall_dog"] == 0
    batches = [{"logits": logits.tolist(), "labels": labels.tolist()} for logits, labels in batches]
    return {"classNames": CLASSES, "metrics": METRICS, "batches": batches, "values": values}


def fitted():
    """Two epochs on pictures of one colour each, class weights included: they must change no metric."""
    keras.utils.set_random_seed(1)
    keras.backend.clear_session()
    rng = np.random.default_rng(6)
    classes = CLASSES[:4]
    labels = rng.integers(0, 4, 29)
    hues = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [150, 150, 60]])
    colours = np.clip(hues[labels] + rng.integers(-60, 61, (29, 3)), 0, 255)
    kernel = (np.array([[4, -2, -2, 2], [-2, 4, -2, 2], [-2, -2, 4, -3]]) + rng.normal(0, 1, (3, 4))).round(3)
    bias = rng.normal(0, 0.2, 4).round(3)

    inputs = keras.Input((8, 8, 3))
    outputs = keras.layers.GlobalAveragePooling2D()(keras.layers.Rescaling(1 / 255)(inputs))
    model = keras.Model(inputs, keras.layers.Dense(4, activation="softmax")(outputs))
    model.layers[-1].set_weights([kernel, bias])
    metrics = [
        "accuracy",
        "acc",
        "precision",
        {"type": "Recall"},
        {"type": "Precision", "classId": 1, "name": "precision_bee"},
        {"type": "Recall", "topK": 2},
        {"type": "TopKCategoricalAccuracy", "k": 2},
        {"type": "F1Score", "average": "macro"},
        {"type": "F1Score", "average": "weighted", "name": "f1_weighted"},
        "auc",
        {"type": "AUC", "curve": "PR", "name": "pr"},
        {"type": "AUC", "multiLabel": True, "name": "auc_mean"},
    ]
    built = [one if isinstance(one, str) else build(one)[0] for one in metrics]
    weights = {"ant": 2.0, "cat": 0.5}
    model.compile(keras.optimizers.SGD(0.5), "categorical_crossentropy", metrics=built)
    x = np.broadcast_to(colours[:, None, None, :], (29, 8, 8, 3)).astype(np.float32)
    y = np.eye(4, dtype=np.float32)[labels]

    class Margins(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            check_margins(self.model(x).numpy())

    history = model.fit(
        x[:20], y[:20], epochs=2, batch_size=8, shuffle=False, verbose=0, validation_data=(x[20:], y[20:]),
        class_weight={classes.index(name): weight for name, weight in weights.items()}, callbacks=[Margins()],
    )
    check_margins(model(x).numpy())
    return {
        "classNames": classes, "metrics": metrics, "classWeight": weights, "kernel": kernel.ravel().tolist(),
        "bias": bias.tolist(), "colours": colours.tolist(), "labels": labels.tolist(), "training": 20,
        "history": {name: [float(value) for value in values] for name, values in history.history.items()},
    }


if __name__ == "__main__":
    golden = {"keras": keras.__version__, "counted": counted(), "fitted": fitted()}
    GOLDEN.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(json.dumps(golden["counted"]["values"], indent=1))
    print(json.dumps(golden["fitted"]["history"], indent=1))
