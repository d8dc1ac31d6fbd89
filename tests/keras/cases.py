"""The cases, in tabfit's words."""

CLASSES = ["ant", "bee", "cat"]
RESCALE = {"type": "Rescaling", "name": "scale", "scale": 1 / 255}
FLATTEN = {"type": "Flatten", "name": "flat"}
POOL = {"type": "MaxPooling2D", "name": "pool"}
GLOBAL = {"type": "GlobalAveragePooling2D", "name": "mean"}
SCORES = {"type": "Dense", "name": "scores", "units": 3, "activation": "softmax"}
ADAM = {"type": "adam", "learningRate": 0.01}
SGD = {"type": "sgd", "learningRate": 0.1}


def conv(filters=4, size=3, name="conv", **more):
    return {"type": "Conv2D", "name": name, "filters": filters, "kernelSize": size, **more}


def dense(units=6, name="dense", **more):
    return {"type": "Dense", "name": name, "units": units, **more}


def norm(name="norm", **more):
    return {"type": "BatchNormalization", "name": name, **more}


def depthwise(size=3, name="depth", **more):
    return {"type": "DepthwiseConv2D", "name": name, "kernelSize": size, **more}


def separable(filters=5, size=3, name="separable", **more):
    return {"type": "SeparableConv2D", "name": name, "filters": filters, "kernelSize": size, **more}


def layer(kind, **more):
    return {"type": kind, "name": "layer", **more}


def residual(*layers, shortcut=(), name="sum"):
    return {"type": "Residual", "name": name, "layers": list(layers), "shortcut": list(shortcut)}


def case(*layers, optimizer=SGD, loss="categorical_crossentropy", size=8, **fit):
    model = {"imageSize": size, "layers": [RESCALE, *layers]}
    return {"model": model, "compile": {"optimizer": optimizer, "loss": loss}, "fit": fit}


def common(regularizer=None, **more):
    extra = {"kernelRegularizer": regularizer} if regularizer else {}
    layers = [conv(padding="same", activation="relu", **extra), POOL, FLATTEN, dense(activation="relu", **extra), SCORES]
    return case(*layers, **more)


def optimizer(kind, **options):
    return common(optimizer={"type": kind, "learningRate": 0.01, **options})


def scheduled(kind, **options):
    return common(optimizer={"type": "sgd", "learningRate": {"type": kind, **options}})


CASES = {
    "adam": common(optimizer=ADAM),
    "adam_amsgrad": optimizer("adam", amsgrad=True),
    "adam_options": optimizer("adam", beta1=0.8, beta2=0.95, epsilon=1e-3),
    "adam_weight_decay": optimizer("adam", weightDecay=0.1),
    "adam_clipnorm": optimizer("adam", clipnorm=0.05),
    "adamw": optimizer("adamw"),
    "adamw_weight_decay": optimizer("adamw", weightDecay=0.2),
    "sgd": common(),
    "sgd_momentum": optimizer("sgd", momentum=0.9),
    "sgd_nesterov": optimizer("sgd", momentum=0.9, nesterov=True),
    "sgd_clipvalue": optimizer("sgd", clipvalue=0.01),
    "sgd_clipnorm": optimizer("sgd", clipnorm=0.05),
    "sgd_global_clipnorm": optimizer("sgd", globalClipnorm=0.1),
    "sgd_weight_decay": optimizer("sgd", weightDecay=0.3),
    "rmsprop": optimizer("rmsprop"),
    "rmsprop_momentum": optimizer("rmsprop", momentum=0.9, rho=0.8),
    "rmsprop_centered": optimizer("rmsprop", centered=True, momentum=0.5),
    "schedule_exponential": scheduled("ExponentialDecay", initialLearningRate=0.1, decaySteps=3, decayRate=0.5),
    "schedule_staircase": scheduled(
        "ExponentialDecay", initialLearningRate=0.1, decaySteps=2, decayRate=0.5, staircase=True
    ),
    "schedule_cosine": scheduled("CosineDecay", initialLearningRate=0.1, decaySteps=4, alpha=0.1),
    "schedule_warmup": scheduled(
        "CosineDecay", initialLearningRate=0.0, decaySteps=4, warmupTarget=0.1, warmupSteps=2
    ),
    "schedule_piecewise": scheduled("PiecewiseConstantDecay", boundaries=[1, 3], values=[0.1, 0.05, 0.01]),
    "loss_smoothing": common(loss={"type": "CategoricalCrossentropy", "labelSmoothing": 0.1}),
    "loss_focal": common(loss={"type": "CategoricalFocalCrossentropy"}),
    "loss_focal_options": common(
        loss={"type": "CategoricalFocalCrossentropy", "alpha": 0.6, "gamma": 1.5, "labelSmoothing": 0.1}
    ),
    "class_weight": common(classWeight={"ant": 2.0, "cat": 0.25}),
    "l1": common({"l1": 0.01, "l2": 0.0}),
    "l2": common({"l1": 0.0, "l2": 0.02}),
    "l1_l2": common({"l1": 0.01, "l2": 0.02}, optimizer=ADAM),
    "conv_valid_strides": case(conv(strides=2), FLATTEN, SCORES),
    "conv_same_strides": case(conv(strides=2, padding="same"), FLATTEN, SCORES),
    "conv_same_strides_odd": case(conv(strides=2, padding="same"), FLATTEN, SCORES, size=9),
    "conv_dilated": case(conv(dilationRate=2, padding="same"), FLATTEN, SCORES),
    "conv_even_same": case(conv(size=2, padding="same"), FLATTEN, SCORES),
    "conv_1x1": case(conv(size=1), FLATTEN, SCORES),
    "conv_5x3": case(conv(size=[5, 3], useBias=False), FLATTEN, SCORES),
    "batch_norm": case(conv(), {"type": "BatchNormalization", "name": "norm"}, GLOBAL, SCORES),
    "batch_norm_vector": case(
        FLATTEN, dense(), {"type": "BatchNormalization", "name": "norm", "momentum": 0.9, "epsilon": 0.01}, SCORES
    ),
    "max_pool_same_odd": case(conv(), {"type": "MaxPooling2D", "name": "pool", "padding": "same"}, FLATTEN, SCORES, size=9),
    "max_pool_overlap": case(
        conv(), {"type": "MaxPooling2D", "name": "pool", "poolSize": 3, "strides": 2}, FLATTEN, SCORES
    ),
    "average_pool": case(conv(), {"type": "AveragePooling2D", "name": "pool", "poolSize": 2}, FLATTEN, SCORES),
    "average_pool_same_odd": case(
        conv(), {"type": "AveragePooling2D", "name": "pool", "poolSize": 3, "strides": 2, "padding": "same"}, FLATTEN,
        SCORES, size=10,
    ),
    "rescaling_offset": case({"type": "Rescaling", "name": "shift", "scale": 2.0, "offset": -1.0}, conv(), GLOBAL, SCORES),
    "tutorial": case(
        conv(4, name="conv_a", activation="relu"), conv(6, name="conv_b", activation="relu"), POOL, FLATTEN,
        dense(activation="relu"), SCORES, optimizer=ADAM, size=12,
    ),
    **{
        f"activation_{name}": case(conv(activation=name), FLATTEN, dense(activation=name), SCORES)
        for name in ["elu", "gelu", "leaky_relu", "linear", "relu", "sigmoid", "silu", "tanh"]
    },
    # Values beyond the kinks at -3, 3 and 6.
    **{
        f"activation_{name}": case(layer("Rescaling", scale=12.0), conv(3, strides=2, activation=name), GLOBAL, SCORES)
        for name in ["relu6", "selu", "softplus", "hard_sigmoid", "hard_silu"]
    },
    "relu": case(conv(), layer("ReLU"), GLOBAL, dense(), {"type": "ReLU", "name": "vector"}, SCORES),
    "relu_max_value": case(conv(), layer("ReLU", maxValue=0.4), GLOBAL, SCORES),
    "relu_options": case(conv(), layer("ReLU", maxValue=0.5, negativeSlope=0.2, threshold=0.1), GLOBAL, SCORES),
    "relu_threshold": case(conv(), layer("ReLU", threshold=0.2), GLOBAL, SCORES),
    "leaky_relu": case(conv(), layer("LeakyReLU"), GLOBAL, SCORES),
    "leaky_relu_slope": case(conv(), layer("LeakyReLU", negativeSlope=0.05), GLOBAL, SCORES),
    "softmax_last": case(conv(), GLOBAL, dense(3), layer("Softmax")),
    "softmax_activation_last": case(conv(), GLOBAL, dense(3), layer("Activation", activation="softmax")),
    "softmax_inside": case(conv(), GLOBAL, layer("Softmax"), SCORES),
    "softmax_without_dense": case(conv(3, strides=2), GLOBAL, layer("Softmax")),
    "depthwise": case(depthwise(padding="same", activation="relu"), GLOBAL, SCORES),
    "depthwise_multiplier": case(conv(), depthwise(depthMultiplier=3, useBias=False), GLOBAL, SCORES),
    "depthwise_strides_odd": case(conv(size=1), depthwise(strides=2, padding="same"), GLOBAL, SCORES, size=9),
    "depthwise_dilated": case(depthwise(dilationRate=2, padding="same", depthMultiplier=2), GLOBAL, SCORES, size=9),
    "depthwise_even": case(conv(), depthwise([2, 4], padding="same"), GLOBAL, SCORES),
    "depthwise_regularizers": case(
        depthwise(depthwiseRegularizer={"l1": 0.01, "l2": 0.02}, biasRegularizer={"l1": 0.03, "l2": 0.0}), GLOBAL, SCORES
    ),
    "separable": case(separable(padding="same", activation="relu"), GLOBAL, SCORES),
    "separable_multiplier": case(conv(), separable(depthMultiplier=2, useBias=False), GLOBAL, SCORES),
    "separable_strides_odd": case(conv(size=1), separable(strides=2, padding="same"), GLOBAL, SCORES, size=9),
    "separable_regularizers": case(
        separable(
            depthwiseRegularizer={"l1": 0.01, "l2": 0.0}, pointwiseRegularizer={"l1": 0.0, "l2": 0.02},
            biasRegularizer={"l1": 0.01, "l2": 0.01},
        ),
        GLOBAL, SCORES,
    ),
    "global_max_pool": case(conv(), {"type": "GlobalMaxPooling2D", "name": "most"}, SCORES, size=9),
    "zero_padding": case(layer("ZeroPadding2D"), conv(strides=2), GLOBAL, SCORES),
    "zero_padding_sides": case(conv(), layer("ZeroPadding2D", padding=[[0, 1], [2, 3]]), FLATTEN, SCORES, size=9),
    "zero_padding_axes": case(conv(strides=2), layer("ZeroPadding2D", padding=[2, 1]), conv(name="after"), GLOBAL, SCORES),
    "residual": case(conv(), residual(conv(padding="same", name="body"), norm()), GLOBAL, SCORES),
    "residual_projection": case(
        conv(activation="relu"),
        residual(
            conv(6, strides=2, padding="same", name="body_a", activation="relu"),
            conv(6, padding="same", name="body_b", useBias=False), norm("body_norm"),
            shortcut=[conv(6, 1, strides=2, padding="same", name="projection", useBias=False), norm("projection_norm")],
        ),
        layer("ReLU"), GLOBAL, SCORES, optimizer=ADAM, size=9,
    ),
    "residual_of_pictures": case(residual(depthwise(padding="same")), GLOBAL, SCORES),
    "residual_of_vectors": case(
        conv(), GLOBAL, residual(dense(4, activation="tanh"), dense(5, name="widen"), shortcut=[dense(5, name="side")]), SCORES
    ),
    "residual_twice": case(
        conv(), residual(conv(padding="same", name="a")), residual(conv(padding="same", name="b"), name="sum_b"), GLOBAL, SCORES
    ),
    "residual_inside": case(
        conv(), residual(residual(conv(padding="same", name="a"), name="inner"), conv(size=1, name="b")), GLOBAL, SCORES
    ),
    "concatenate": case(
        conv(),
        {"type": "Concatenate", "name": "mixed", "branches": [
            [conv(3, 1, name="one", activation="relu")], [],
            [POOL | {"poolSize": 3, "strides": 1, "padding": "same"}, conv(2, name="three", padding="same")],
        ]},
        conv(size=1, name="after"), GLOBAL, SCORES,
    ),
    "concatenate_of_vectors": case(
        conv(), GLOBAL, {"type": "Concatenate", "name": "both", "branches": [[dense(activation="tanh")], []]}, SCORES
    ),
    "reshape": case(conv(), layer("Reshape", targetShape=[3, 12, -1]), conv(name="after"), FLATTEN, SCORES),
    "keepdims": case(conv(), GLOBAL | {"keepdims": True}, conv(3, 1, name="after"), layer("Reshape", targetShape=[3]), SCORES),
    "keepdims_max": case(conv(), {"type": "GlobalMaxPooling2D", "name": "most", "keepdims": True}, FLATTEN, SCORES),
    "bias_regularizer": case(
        conv(biasRegularizer={"l1": 0.02, "l2": 0.0}), GLOBAL, dense(biasRegularizer={"l1": 0.01, "l2": 0.05}), SCORES
    ),
    "frozen_convolution": case(
        conv(trainable=False, kernelRegularizer={"l1": 0.01, "l2": 0.01}), conv(name="after", strides=2), GLOBAL, SCORES,
        optimizer={"type": "adam", "learningRate": 0.01, "weightDecay": 0.1},
    ),
    "frozen_dense": case(conv(), GLOBAL, dense(trainable=False), SCORES),
    "frozen_separable": case(conv(), separable(trainable=False), depthwise(trainable=False), GLOBAL, SCORES),
    "frozen_batch_norm": case(conv(), norm(trainable=False), GLOBAL, SCORES),
    "frozen_body": case(
        conv(trainable=False), residual(conv(padding="same", name="body", trainable=False), norm(trainable=False)), GLOBAL, SCORES
    ),
}

for one in CASES.values():
    one["classNames"] = CLASSES
