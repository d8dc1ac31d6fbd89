"""What Keras learns with the tutorial's networks: the yardstick of `train_folder`.

learning.py split DATA OUT SEED [CLASS...]   links the pictures of DATA into OUT/Training, Validation and Testing
learning.py fit OUT NETWORK SIZE EPOCHS SEED JSON   trains tutorial4 or tutorial3 on it, and writes what train_folder writes
"""

import json
import os
import random
import sys
import time
from pathlib import Path

VALIDATION = 0.1


def split(data, out, seed, classes):
    """A tenth of all training pictures is held out, as `validation_split` does after a shuffle; links, not copies."""
    classes = classes or sorted(folder.name for folder in (Path(data) / "Training").iterdir())
    pictures = {part: [p for c in classes for p in sorted((Path(data) / part / c).iterdir())] for part in ["Training", "Testing"]}
    random.Random(seed).shuffle(pictures["Training"])
    kept = int(len(pictures["Training"]) * (1 - VALIDATION))
    parts = {"Training": pictures["Training"][:kept], "Validation": pictures["Training"][kept:], "Testing": pictures["Testing"]}
    for part, members in parts.items():
        for picture in members:
            link = Path(out) / part / picture.parent.name / picture.name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(picture.resolve())


def networks(layers, size, classes):
    """The layers of the tutorial's `classification.py` (four classes) and of its notebook (three)."""
    conv, norm, pool, drop = layers.Conv2D, layers.BatchNormalization, layers.MaxPooling2D, layers.Dropout
    same = {"padding": "same"}
    relu = {"padding": "same", "activation": "relu"}
    tutorial4 = [
        conv(32, 3, **same), conv(32, 3, **relu), norm(), pool(),
        conv(64, 3, **relu), pool(), drop(0.25),
        conv(64, 3, **relu), pool(), drop(0.25),
        layers.Flatten(), layers.Dense(512, activation="relu"),
    ]  # fmt: skip
    tutorial3 = [
        conv(32, 2, **same), conv(32, 2, **relu), norm(), pool(), drop(0.25),
        conv(64, 2, **relu), conv(64, 2, **relu), norm(), pool(), drop(0.25),
        layers.Flatten(), layers.Dense(512, activation="relu"), drop(0.5),
    ]  # fmt: skip
    ends = [layers.Input((size, size, 3)), layers.Dense(classes, activation="softmax")]
    return {name: [ends[0], *body, ends[1]] for name, body in {"tutorial4": tutorial4, "tutorial3": tutorial3}.items()}


def load(folder, size):
    """Pixels 0 to 255 as the tutorial feeds them, resized as tabfit does: bilinear with antialiasing."""
    import numpy as np
    from PIL import Image

    classes = sorted(c.name for c in folder.iterdir())
    pictures = [(p, index) for index, c in enumerate(classes) for p in sorted((folder / c).iterdir())]
    x = np.stack([np.asarray(Image.open(p).convert("RGB").resize((size, size), Image.BILINEAR)) for p, _ in pictures])
    y = np.eye(len(classes), dtype="float32")[[index for _, index in pictures]]
    return x.astype("float32"), y, classes


def fit(out, network, size, epochs, seed, path):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import numpy as np

    keras.utils.set_random_seed(seed)
    (x, y, classes), (xv, yv, _), (xt, yt, _) = (load(Path(out) / part, size) for part in ["Training", "Validation", "Testing"])
    model = keras.Sequential(networks(keras.layers, size, len(classes))[network])
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="val_accuracy", factor=0.3, patience=2, min_delta=0.001)
    start = time.time()
    history = model.fit(x, y, validation_data=(xv, yv), epochs=epochs, batch_size=32, verbose=2, callbacks=[plateau])
    seconds = time.time() - start
    answers = model.predict(xt, verbose=0).argmax(1)
    confusion = np.zeros((len(classes),) * 2, int)
    for truth, answer in zip(yt.argmax(1), answers):
        confusion[truth, answer] += 1
    numbers = {
        "history": {name: [float(value) for value in values] for name, values in history.history.items()},
        "test_accuracy": float(confusion.trace() / confusion.sum()),
        "confusion_matrix": confusion.tolist(),
        "class_names": classes,
        "parameters": model.count_params(),
        "seconds": seconds,
        "device": f"Keras {keras.__version__}, TensorFlow",
    }
    Path(path).write_text(json.dumps(numbers, indent=2) + "\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["split", data, out, seed, *classes]:
            split(data, out, int(seed), classes)
        case ["fit", out, network, size, epochs, seed, path]:
            fit(out, network, int(size), int(epochs), int(seed), path)
        case _:
            sys.exit(__doc__)
