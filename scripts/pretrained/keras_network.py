"""EfficientNet-Lite0 in Keras, to compare with."""

import keras
from keras import layers as L

from names import HEAD, blocks


def efficientnet_lite0(size, classes, activation="softmax"):
    """The network for pictures `[batch, size, size, 3]` of RGB from 0 to 255; without classes, its pooled features."""
    picture = keras.Input((size, size, 3))
    x = L.Rescaling(1 / 128, -127 / 128, name="rescaling")(picture)

    def conv(x, name, norm, relu, layer):
        x = layer(padding="same", use_bias=False, name=name)(x)
        x = L.BatchNormalization(name=norm)(x)
        return L.ReLU(6.0, name=relu)(x) if relu else x

    def full(filters, size, strides):
        return lambda **options: L.Conv2D(filters, size, strides, **options)

    x = conv(x, "stem_conv", "stem_bn", "stem_activation", full(32, 3, 2))
    for name, kernel, stride, expansion, before, filters in blocks():
        given = x
        if expansion > 1:
            names = (f"{name}_expand_conv", f"{name}_expand_bn", f"{name}_expand_activation")
            x = conv(x, *names, full(before * expansion, 1, 1))
        names = (f"{name}_dwconv", f"{name}_bn", f"{name}_activation")
        x = conv(x, *names, lambda **options: L.DepthwiseConv2D(kernel, stride, **options))
        x = conv(x, f"{name}_project_conv", f"{name}_project_bn", None, full(filters, 1, 1))
        if stride == 1 and before == filters:
            x = L.Add(name=f"{name}_add")([x, given])
    x = conv(x, "top_conv", "top_bn", "top_activation", full(1280, 1, 1))
    x = L.GlobalAveragePooling2D(name="avg_pool")(x)
    if classes:
        x = L.Dropout(0.2, name="top_dropout")(x)
        x = L.Dense(classes, activation, name=HEAD)(x)
    return keras.Model(picture, x)


def set_weights(network, weights):
    """Sets the weights by name; each weight of the network must be there."""
    for layer in network.layers:
        if layer.weights:
            layer.set_weights([weights[f"{layer.name}/{weight.name}"] for weight in layer.weights])
