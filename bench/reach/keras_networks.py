"""The parts of a network that tabfit wrote as Keras's file, put together as a user of Keras would do it."""

import keras

HEAD_DROPOUT = 0.2
POOL = "avg_pool"


def body(network):
    """Pictures to the features that the head gets."""
    return keras.Model(network.inputs, network.get_layer(POOL).output)


def head(network, dropout, **compiling):
    """A head for features that are known, with the weights of the network's last layer."""
    given = network.layers[-1]
    dense = keras.layers.Dense(given.units, "softmax")
    layers = [keras.Input(given.kernel.shape[:1])] + [keras.layers.Dropout(HEAD_DROPOUT)] * dropout + [dense]
    model = keras.Sequential(layers)
    dense.set_weights(given.get_weights())
    return compiled(model, 1e-3, **compiling)


def new_head(network):
    """The same with new weights."""
    model = head(network, True)
    dense = model.layers[-1]
    dense.set_weights([dense.kernel_initializer(dense.kernel.shape), dense.bias_initializer(dense.bias.shape)])
    return model


def cut(network, learning):
    """The part before the first layer that learns, and the part from there on; only `learning` may learn."""
    for layer in network.layers:
        layer.trainable = layer.name in learning
    first = next(layer for layer in network.layers if layer.name in learning)
    front = keras.Model(network.inputs, first.input)
    return front, keras.Model(first.input, network.output)


def compiled(model, rate, **more):
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(rate), metrics=["accuracy"], **more)
    return model
