"""The network with the weights and the optimizer that it had in the browser tab."""

import json
import re

import keras
import numpy as np


class State:
    """The file `state.tabfit`: safetensors, whose header has an entry `tabfit` with everything that is no tensor, as JSON."""

    def __init__(self, path):
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            table = json.loads(file.read(length))
            data = np.frombuffer(file.read(), "<f4")
        self.header = json.loads(table.pop("__metadata__")["tabfit"])
        self.tensors = {}
        for name, entry in table.items():
            start, end = entry["data_offsets"]
            self.tensors[name] = data[start // 4 : end // 4].reshape(entry["shape"])


def valid(name):
    """The name with every character replaced that TensorFlow refuses in a layer's name."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return name if name[:1].isalnum() else f"x{name}"


def own_names(names):
    """The name that a layer has in `network.keras`, for each name in `state.tabfit`, in the order of the layers."""
    written = []
    for name in names:
        wanted, number = valid(name), 0
        if wanted != name:
            taken = set(written) | set(names)
            while (wanted if number == 0 else f"{wanted}_{number}") in taken:
                number += 1
        written.append(wanted if number == 0 else f"{wanted}_{number}")
    return dict(zip(names, written))


def weights(model, state):
    """Every weight of the network with its name in `state.tabfit`, in Keras's order."""
    names = [layer["name"] for layer in layers(state.header["model"]["layers"]) if layer.get("name")]
    in_file = {written: name for name, written in own_names(names).items()}
    return [(weight, f"{in_file.get(layer.name, layer.name)}/{weight.name}") for layer in model.layers for weight in layer.weights]


def layers(configs):
    """All layers, those in branches before what joins them."""
    for config in configs:
        for branch in [config.get("layers") or [], config.get("shortcut") or [], *(config.get("branches") or [])]:
            yield from layers(branch)
        yield config


def load(path, state, optimizer):
    """The network with its weights, and the optimizer with what it remembers and its learning rate."""
    model = keras.saving.load_model(path)
    named = weights(model, state)
    for weight, name in named:
        weight.assign(state.tensors[name])
    by_id = {id(weight): name for weight, name in named}
    optimizer.build(model.trainable_variables)
    for slot, variables in enumerate(slots(optimizer)):
        for variable, trained in zip(variables, model.trainable_variables):
            remembered = state.tensors.get(f"optimizer/{by_id[id(trained)]}/{slot}")
            if remembered is not None:  # a weight without a gradient so far
                variable.assign(remembered.reshape(variable.shape))
    place, remembered = state.header["place"], state.header["optimizerState"]
    optimizer.iterations.assign(place["optimizerSteps"] if place else remembered["steps"])
    if isinstance(state.header["optimizer"]["learningRate"], (int, float)):
        optimizer.learning_rate = (place or remembered)["learningRate"]
    return model


def slots(optimizer):
    """What an optimizer remembers of each weight, in tabfit's order: lists of variables."""
    names = {
        "Adam": ("_momentums", "_velocities", "_velocity_hats"),
        "AdamW": ("_momentums", "_velocities", "_velocity_hats"),
        "SGD": ("momentums",),
        "RMSprop": ("_velocities", "_average_gradients", "_momentums"),
    }[type(optimizer).__name__]
    return [variables for variables in (getattr(optimizer, name, []) for name in names) if variables]


def kept_weights(model, state, callback):
    """The weights that a callback may restore, in the order of `model.get_weights()`; None if it kept none."""
    if not any(name.startswith(f"callbacks/{callback}/") for name in state.tensors):
        return None
    by_id = {id(weight): name for weight, name in weights(model, state)}
    names = [by_id[id(weight)] for weight in model.weights]
    # Those of frozen layers are not stored twice.
    kept = [state.tensors.get(f"callbacks/{callback}/{name}", state.tensors[name]) for name in names]
    return [values.reshape(weight.shape) for values, weight in zip(kept, model.weights)]
