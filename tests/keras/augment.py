"""What Keras's augmentation draws, and what it makes of a small picture: what tabfit's must draw and make too.

    pip install -r tests/keras/requirements.txt && python tests/keras/augment.py

`changes` holds a picture after given random numbers, which stand in tabfit's words beside it; `draws` holds the smallest,
mean and largest of 4000 numbers that Keras draws for given settings; `standardized` the picture after
`ImageDataGenerator.standardize`. Values are rounded to hundredths.
"""

import json
import os
import re
import warnings
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator

RECORDED = Path(__file__).resolve().parent / "augment.json"
SIZE, DRAWS = 8, 4000

# Smooth from left to right, with a bright stripe, and coarse in the third channel.
rows, columns = np.mgrid[:SIZE, :SIZE]
PICTURE = np.stack(
    [columns * 30 + rows * 3, np.where(rows == 2, 250, 40 + columns * 5), (rows * 5 + columns * 3) * 37 % 251], axis=2
).astype(np.uint8)

TURNED = {"theta": 20, "tx": 1.3, "ty": -0.6, "shear": 12, "zx": 0.8, "zy": 1.25}
CHANGES = {
    "as it is": {},
    "turned": {"theta": 33},
    "sheared": {"shear": 25},
    "moved": {"tx": 2, "ty": -3},
    "moved by parts of a pixel": {"tx": -0.3, "ty": 1.7},
    "zoomed in": {"zx": 0.5, "zy": 0.7},
    "zoomed out": {"zx": 1.9, "zy": 1.4},
    "all of the map": TURNED,
    "turned and mirrored": TURNED | {"flip_horizontal": True},
    "turned and upside down": TURNED | {"flip_vertical": True},
    "mirrored both ways": {"flip_horizontal": True, "flip_vertical": True},
    "constant": TURNED | {"zx": 1.8, "fill_mode": "constant", "cval": 90},
    "reflected": TURNED | {"zx": 1.8, "fill_mode": "reflect"},
    "reflected from afar": {"tx": 21.4, "ty": -30.2, "fill_mode": "reflect"},
    "wrapped": TURNED | {"zx": 1.8, "fill_mode": "wrap"},
    "wrapped from afar": {"tx": 21.4, "ty": -30.2, "fill_mode": "wrap"},
    "wrapped by whole pixels": {"tx": 3, "ty": -7, "fill_mode": "wrap"},
    "shifted channels": {"channel_shift_intensity": 40},
    "shifted channels, down": TURNED | {"channel_shift_intensity": -73.5},
    "darker": {"brightness": 0.35},
    "brighter": TURNED | {"brightness": 1.6},
    "everything": TURNED
    | {"flip_horizontal": True, "fill_mode": "reflect", "channel_shift_intensity": 25.5, "brightness": 0.8},
    "more contrast": {"contrast": 1.7},
    "less contrast": TURNED | {"brightness": 1.2, "contrast": 0.4},
    "erased": {"erased": {"columns": [1.4, 5.0], "rows": [0.0, 3.2], "value": [10, 120, 240], "seed": 0}},
    "erased after all else": TURNED
    | {
        "flip_vertical": True,
        "channel_shift_intensity": -20,
        "brightness": 1.1,
        "contrast": 1.3,
        "erased": {"columns": [3.1, 7.9], "rows": [4, 6.5], "value": [255, 0, 0], "seed": 0},
    },
}

SETTINGS = [
    {"rotationRange": 30, "shearRange": 15, "zoomRange": 0.3, "channelShiftRange": 50, "brightnessRange": [0.6, 1.1]},
    {"widthShiftRange": 0.25, "heightShiftRange": 2.5, "zoomRange": [0.5, 0.8], "horizontalFlip": True},
    {"widthShiftRange": 4, "heightShiftRange": [0.125, 0.5], "verticalFlip": True},
    {"widthShiftRange": [1, 3], "heightShiftRange": [0, 2, -5], "zoomRange": [1.5, 1.1]},
    {"randomContrast": 0.3},
    {"randomContrast": [0.2, 0.6]},
    {"randomErasing": {"factor": 0.6, "scale": [0.1, 0.4]}},
    {"randomErasing": {"factor": [0.7, 0.9], "scale": 0.2}},
    {"randomErasing": {}},
]


def generator(settings):
    """The generator of tabfit's settings."""
    named = {re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), name): value for name, value in settings.items()}
    # Keras 3.15 moves pictures sideways by what it draws from the range of the height, and the other way round.
    swapped = {"width_shift_range": "height_shift_range", "height_shift_range": "width_shift_range"}
    return ImageDataGenerator(**{swapped.get(name, name): value for name, value in named.items()})


def changed(change):
    change = dict(change)
    fill = {name: change.pop(name) for name in ("fill_mode", "cval") if name in change}
    contrast, erased = change.pop("contrast", None), change.pop("erased", None)
    x = ImageDataGenerator(**fill).apply_transform(PICTURE.astype(np.float32), change)[None]
    if contrast is not None:
        layer = keras.layers.RandomContrast(0.5)
        x = layer.transform_images(x, {"contrast_factor": np.float32(contrast)}, training=True)
    if erased is not None:
        layer = keras.layers.RandomErasing(fill_value=erased["value"])
        corners = [np.float32([side]) for side in erased["columns"] + erased["rows"]]
        drawn = {
            "batch_masks": layer._generate_batch_mask(x.shape, corners),
            "apply_erasing": np.array([True]),
            "fill_value": layer._get_fill_value(np.asarray(x), x.shape, None),
        }
        x = layer.transform_images(x, drawn, training=True)
    return np.asarray(x)[0]


class Corners(keras.layers.RandomErasing):
    """Remembers the rectangles."""

    def _generate_batch_mask(self, images_shape, box_corners):
        self.corners = [np.asarray(side) for side in box_corners]
        return super()._generate_batch_mask(images_shape, box_corners)


def drawn(settings):
    """Each parameter's draws."""
    pictures = np.zeros((DRAWS, SIZE, SIZE, 3), np.float32)
    if "randomContrast" in settings:
        layer = keras.layers.RandomContrast(settings["randomContrast"], seed=1)
        return {"contrast": np.ravel(layer.get_random_transformation(pictures)["contrast_factor"])}
    if "randomErasing" in settings:
        layer = Corners(**settings["randomErasing"], seed=1)
        erased = np.asarray(layer.get_random_transformation(pictures)["apply_erasing"])
        x0, x1, y0, y1 = layer.corners
        return {"erased": erased, "width": x1 - x0, "height": y1 - y0, "left": x0, "bottom": y1}
    np.random.seed(1)
    draws = [generator(settings).get_random_transform((SIZE, SIZE, 3)) for _ in range(DRAWS)]
    return {name: [draw[name] for draw in draws] for name in draws[0] if draws[0][name] is not None}


def spread(values):
    values = np.asarray(values, float)
    return [round(float(number), 4) for number in (values.min(), values.mean(), values.max())]


def standardized(settings, rescale):
    made = generator(settings | {"rescale": rescale})
    made.fit(PICTURE[None].astype(np.float32))
    return made.standardize(PICTURE.astype(np.float32))


def numbers(values, digits=2):
    return [round(float(value), digits) for value in np.ravel(values)]


def main():
    warnings.simplefilter("ignore")
    lines = {
        "changes": [
            {"name": name, "change": change, "pixels": numbers(changed(change))} for name, change in CHANGES.items()
        ],
        "draws": [
            {"augment": settings, "drawn": {name: spread(values) for name, values in drawn(settings).items()}}
            for settings in SETTINGS
        ],
        "standardized": [
            {"augment": settings, "rescale": rescale, "pixels": numbers(standardized(settings, rescale), 4)}
            for rescale in (1, 1 / 32)
            for settings in (
                {"samplewiseCenter": True},
                {"samplewiseStdNormalization": True},
                {"featurewiseCenter": True},
                {"featurewiseStdNormalization": True},
                {"samplewiseStdNormalization": True, "featurewiseStdNormalization": True},
            )
        ],
    }
    parts = [f'"size": {SIZE}', f'"picture": {json.dumps(PICTURE.ravel().tolist())}']
    for name, cases in lines.items():
        parts.append(f'"{name}": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]")
    RECORDED.write_text("{" + ",\n".join(parts) + "}\n")


main()
