"""The random changes of training pictures, drawn and applied as tabfit does: Keras's `ImageDataGenerator`, and after it its layers
`RandomContrast` and `RandomErasing`.
"""

import numpy as np
from stream import AUGMENT, Stream

NOT_RANDOM = {"fillMode", "cval"}


def is_off(augment):
    """Whether no picture would be changed. What is named featurewise or samplewise is a layer of the network already."""
    random = {name: value for name, value in augment.items() if name not in NOT_RANDOM and "wise" not in name}
    return all(value in (None, False, 0) for value in random.values())


class Changes:
    """The changes of one epoch: a function of a picture, [rows, columns, 3] from 0 to 255, and its number in its folder."""

    def __init__(self, augment, seed, epoch):
        self.augment, self.seed, self.epoch = augment, seed, epoch

    def __call__(self, picture, number):
        size, given, stream = len(picture), self.augment, Stream(self.seed, AUGMENT, self.epoch, number)

        def around(most):
            return uniform(stream, -most, most)

        theta = around(given["rotationRange"])
        tx, ty = (shift(given[name], size, stream) for name in ("widthShiftRange", "heightShiftRange"))
        shear = around(given["shearRange"])
        zoom = given["zoomRange"]
        ends = zoom if isinstance(zoom, list) else [1 - zoom, 1 + zoom]
        zx, zy = uniform(stream, *ends), uniform(stream, *ends)
        flips = [stream.boolean(), stream.boolean()]
        if flips[0] and given["horizontalFlip"]:
            zx = -zx
        if flips[1] and given["verticalFlip"]:
            zy = -zy
        picture = moved(picture, (theta, tx, ty, shear, zx, zy), given["fillMode"], given["cval"])
        if given["channelShiftRange"] > 0:
            picture = np.clip(picture + np.float32(around(given["channelShiftRange"])), picture.min(), picture.max())
        if isinstance(given["brightnessRange"], list):
            factor = np.float32(uniform(stream, *given["brightnessRange"]))
            picture = np.trunc(np.clip(np.trunc(picture) * factor, 0, 255))
        if given["randomContrast"] is not None:
            lower, upper = factors(given["randomContrast"])
            factor, mean = np.float32(uniform(stream, 1 - lower, 1 + upper)), picture.mean((0, 1), np.float64).astype(np.float32)
            picture = np.clip((picture - mean) * factor + mean, 0, 255)
        if given["randomErasing"] is not None:
            erase(picture := np.array(picture), given["randomErasing"], stream)
        return picture


def uniform(stream, low, high):
    return low + stream.uniform() * (high - low)


def factors(given):
    """Both ends in the way of Keras's layers: from 0 if there is one number, sorted if there are two."""
    return sorted(given) if isinstance(given, list) else [0.0, given]


def shift(given, size, stream):
    """By how many pixels a picture moves along an axis."""
    if isinstance(given, list):
        drawn = given[int(stream.uniform() * len(given))]
        largest, drawn = max(given), drawn * side(stream)
    elif given == 0:
        return 0.0
    elif given >= 1 and given % 1 == 0:
        drawn = int(stream.uniform() * given)
        largest, drawn = given, drawn * side(stream)
    else:
        largest, drawn = given, uniform(stream, -1, 1) * given
    return drawn * size if largest < 1 else drawn


def side(stream):
    return -1.0 if stream.uniform() < 0.5 else 1.0


def moved(picture, change, fill_mode, outside):
    """Keras's product of rotation, shift, shear and zoom about the centre; a negative zoom mirrors."""
    theta, tx, ty, shear, across, down = change
    if change == (0, 0, 0, 0, 1, 1):
        return picture
    from scipy.ndimage import affine_transform

    (sin, cos), (slope, height) = ((np.sin(angle), np.cos(angle)) for angle in np.radians([theta, shear]))
    centre = len(picture) / 2 - 0.5
    rows = []
    for x, y in ((cos, -sin), (sin, cos)):
        a, b = x * across, (y * height - x * slope) * down
        rows.append((a, b, x * tx + y * ty + centre - (a + b) * centre))
    (a, b, c), (d, e, f) = rows  # the column and the row that a pixel at a column and a row comes from
    channels = (
        affine_transform(channel, [[e, d], [b, a]], [f, c], order=1, mode=fill_mode, cval=outside, output=np.float32)
        for channel in np.moveaxis(picture, 2, 0)
    )
    return np.stack(list(channels), 2)


def erase(picture, given, stream):
    """Covers a rectangle with a colour or with noise, in place."""
    size, within = len(picture), []
    for _ in range(2):
        length = uniform(stream, *factors(given["scale"])) ** 0.5 * size
        first = stream.uniform() * (size - length)
        places = np.arange(size, dtype=np.float32)
        within.append((places >= np.float32(first)) & (places < np.float32(first + length)))
    probability = uniform(stream, *factors(given["factor"]))
    erased = stream.uniform() < probability
    seed = int(stream.uniform() * 2**24)
    if not erased:
        return
    columns, rows = within
    covered = rows[:, None] & columns
    value = given["fillValue"]
    picture[covered] = noise(seed, picture.shape)[covered] if value is None else value


def noise(seed, shape):
    """Numbers from a normal distribution with standard deviation 255, cut to 0 to 255."""
    places = np.arange(np.prod(shape), dtype=np.uint32)
    first, second = (hashed(hashed(np.uint32(key)) + places) >> np.uint32(8) for key in (seed, seed ^ 0xFFFFFFFF))
    radius = np.sqrt(-2 * np.log((first + 1.0) / 2**24))
    values = radius * np.cos(2 * np.pi * (second / 2**24 - 0.5)) * 255
    return np.clip(values, 0, 255).astype(np.float32).reshape(shape)


def hashed(value):
    """The hash PCG (Jarzynski & Olano 2020)."""
    state = np.atleast_1d(value) * np.uint32(747796405) + np.uint32(2891336453)
    word = (state >> ((state >> np.uint32(28)) + np.uint32(4)) ^ state) * np.uint32(277803737)
    return word >> np.uint32(22) ^ word
