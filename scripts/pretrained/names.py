"""EfficientNet-Lite0's layers (Tan and Le 2019, and Liu 2020 for Lite): the names of its weights in PyTorch and in Keras.

Keras has no Lite network; the names are those of its `EfficientNetB0`, whose layers these are but for squeeze-and-excite,
and with ReLU6 for swish. `src/network/efficientnet_lite.rs` builds the same.
"""

import numpy as np

# Repeats, kernel, stride of the first, expansion, filters in, filters out.
STAGES = [
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
]
HEAD = "predictions"
NORM = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def blocks():
    """Each block: its name, kernel, stride, expansion, filters in and out."""
    for stage, (repeats, kernel, stride, expansion, before, filters) in enumerate(STAGES, start=1):
        for repeat in range(repeats):
            first = repeat == 0
            yield (
                f"block{stage}{'abcdefg'[repeat]}",
                kernel,
                stride if first else 1,
                expansion,
                before if first else filters,
                filters,
            )


def layers():
    """The names in PyTorch and in Keras of each convolution, then of the batch normalization after it."""
    yield ("_conv_stem", "_bn0"), ("stem_conv", "stem_bn")
    for index, (block, _kernel, _stride, expansion, _before, _filters) in enumerate(blocks()):
        theirs = f"_blocks.{index}"
        if expansion > 1:
            yield (f"{theirs}._expand_conv", f"{theirs}._bn0"), (f"{block}_expand_conv", f"{block}_expand_bn")
        yield (f"{theirs}._depthwise_conv", f"{theirs}._bn1"), (f"{block}_dwconv", f"{block}_bn")
        yield (f"{theirs}._project_conv", f"{theirs}._bn2"), (f"{block}_project_conv", f"{block}_project_bn")
    yield ("_conv_head", "_bn1"), ("top_conv", "top_bn")


def keras_weights(theirs):
    """The tensors of PyTorch's state dictionary under Keras's names and in Keras's layouts; each is used once."""
    left = {name: values for name, values in theirs.items() if not name.endswith(".num_batches_tracked")}
    ours = {}
    for (their_conv, their_norm), (conv, norm) in layers():
        kernel = left.pop(f"{their_conv}.weight")
        # [out, in, rows, columns], and for a depthwise one [channels, 1, rows, columns].
        axes = (2, 3, 0, 1) if conv.endswith("_dwconv") else (2, 3, 1, 0)
        ours[f"{conv}/kernel"] = np.ascontiguousarray(kernel.transpose(axes))
        ours |= {f"{norm}/{name}": left.pop(f"{their_norm}.{suffix}") for suffix, name in NORM.items()}
    ours[f"{HEAD}/kernel"] = np.ascontiguousarray(left.pop("_fc.weight").T)
    ours[f"{HEAD}/bias"] = left.pop("_fc.bias")
    if left:
        raise ValueError(f"the file holds weights that no layer uses: {', '.join(left)}")
    return ours
