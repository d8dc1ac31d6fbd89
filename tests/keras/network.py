"""tabfit's JSON to Keras objects."""

import re

import keras

RENAMED = {"beta1": "beta_1", "beta2": "beta_2", "globalClipnorm": "global_clipnorm", "weightDecay": "weight_decay"}
OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}


def snake(name):
    return RENAMED.get(name) or re.sub(r"([A-Z])", lambda match: "_" + match[1].lower(), name)


def arguments(config):
    return {snake(key): value for key, value in config.items() if key != "type"}


def build_layer(config):
    given = arguments(config)
    for argument in [name for name in given if name.endswith("_regularizer")]:
        given[argument] = keras.regularizers.L1L2(**given[argument])
    return getattr(keras.layers, config["type"])(**given)


def apply(layers, x):
    for config in layers:
        if config["type"] == "Concatenate":
            x = keras.layers.Concatenate(name=config.get("name"))([apply(branch, x) for branch in config["branches"]])
        elif config["type"] == "Residual":
            branches = [apply(config["layers"], x), apply(config.get("shortcut", []), x)]
            x = keras.layers.Add(name=config.get("name"))(branches)
        else:
            x = build_layer(config)(x)
    return x


def build_network(model):
    size = model["imageSize"]
    pictures = keras.Input((size, size, 3))
    return keras.Model(pictures, apply(model["layers"], pictures))


def build_optimizer(config):
    given = arguments(config)
    if isinstance(given.get("learning_rate"), dict):
        schedule = given["learning_rate"]
        given["learning_rate"] = getattr(keras.optimizers.schedules, schedule["type"])(**arguments(schedule))
    return getattr(keras.optimizers, OPTIMIZERS[config["type"]])(**given)


def build_loss(config, classes):
    if isinstance(config, dict):
        return getattr(keras.losses, config["type"])(**arguments(config))
    return keras.losses.get(config) if config != "categorical_crossentropy" else keras.losses.CategoricalCrossentropy()
