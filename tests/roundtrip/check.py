"""The exported files in the tools they are for: onnxruntime, TensorFlow Lite, safetensors and Keras.

    python check.py FOLDER    # as the native tests write it with ROUNDTRIP_DIR=FOLDER
    python check.py --opened FOLDER    # networks of Keras, which tabfit opened and wrote again with KERAS_FILES_BACK=FOLDER
"""

import ast
import contextlib
import importlib.util
import io
import json
import logging
import os
import re
import runpy
import sys
import tempfile
import warnings
from pathlib import Path

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # and the line that says so

import keras
import numpy as np
import onnx
import onnxruntime
import safetensors
import tensorflow as tf
from PIL import Image
from tensorflow.lite.python import schema_py_generated as schema

logging.getLogger("tensorflow").setLevel("ERROR")  # every network is traced anew, as it must be
warnings.filterwarnings("ignore", ".*tf.lite.Interpreter is deprecated", UserWarning)  # LiteRT runs the same file
PICTURES = 16
TOLERANCE = 1e-5
# XNNPACK, the usual kernels of LiteRT, adds in another order, and the tests' networks enlarge rounding errors.
XNNPACK_TOLERANCE = 3e-5


def onnx_file(folder, images):
    path = folder / "onnx/model.onnx"
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    [image] = session.get_inputs()
    [output] = session.get_outputs()
    assert (image.name, image.shape[0], output.name) == ("image", "batch", "probabilities")
    metadata = session.get_modelmeta().custom_metadata_map
    one = session.run(None, {"image": images[:1]})[0]
    all_of_them = session.run(None, {"image": images})[0]
    np.testing.assert_allclose(one, all_of_them[:1], atol=1e-6)
    return all_of_them, json.loads(metadata["class_names"]), json.loads(metadata["preprocessing"])


def tflite_file(folder, images):
    """The answers of TensorFlow Lite's own kernels, and those of XNNPACK, which it uses unless it is told not to."""
    path = folder / "tflite/model.tflite"
    answers = []
    for resolver in ("BUILTIN_WITHOUT_DEFAULT_DELEGATES", "AUTO"):
        resolver = getattr(tf.lite.experimental.OpResolverType, resolver)
        interpreter = tf.lite.Interpreter(str(path), experimental_op_resolver_type=resolver)
        [image] = interpreter.get_input_details()
        [output] = interpreter.get_output_details()
        assert (image["name"], output["name"]) == ("image", "probabilities")
        interpreter.resize_tensor_input(image["index"], images.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(image["index"], images)
        interpreter.invoke()
        answers.append(interpreter.get_tensor(output["index"]))
    one = tf.lite.Interpreter(str(path)).get_signature_runner("serving_default")(image=images[:1])["probabilities"]
    np.testing.assert_allclose(one, answers[1][:1], atol=1e-6)
    return answers


def tflite_texts(folder):
    """The class names in the file and beside it, and the preprocessing; weights lie where small computers can use them."""
    content = (folder / "tflite/model.tflite").read_bytes()
    model = schema.Model.GetRootAsModel(content, 0)
    buffers = [model.Buffers(index) for index in range(model.BuffersLength())]
    for buffer in buffers[1:]:
        first = buffer._tab.Vector(buffer._tab.Offset(4))
        assert first % 16 == 0, f"a buffer begins at {first}"
    entries = [model.Metadata(index) for index in range(model.MetadataLength())]
    texts = {entry.Name().decode(): json.loads(buffers[entry.Buffer()].DataAsNumpy().tobytes()) for entry in entries}
    labels = (folder / "tflite/labels.txt").read_text().splitlines()
    assert labels == [name.replace("\n", " ") for name in texts["class_names"]]
    return texts["class_names"], texts["preprocessing"]


def safetensors_file(folder, network, names):
    """The weights are those of the Keras network, by name."""
    with safetensors.safe_open(folder / "safetensors/model.safetensors", "numpy") as file:
        metadata = file.metadata()
        values = {name: file.get_tensor(name) for name in file.keys()}
    assert metadata["format"] == "tf"
    for layer in network.layers:
        for weight in layer.weights:
            name = names.get(layer.name, layer.name)
            np.testing.assert_array_equal(values.pop(f"{name}/{weight.name}"), weight.numpy())
    assert not values
    return json.loads(metadata["class_names"]), json.loads(metadata["preprocessing"])


def keras_script(folder):
    """The script as a module, and its network with the weights beside it."""
    spec = importlib.util.spec_from_file_location("model", folder / "keras/model.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script, script.load()


def check_stretched(folder, script):
    """`load_picture` stretches a picture as tabfit does, but for rounding."""
    script.IMAGE_SIZE = 24
    expected = np.fromfile(folder / "square.bin", np.uint8).reshape(24, 24, 3).astype(np.float32)
    difference = np.abs(script.load_picture(folder / "picture.png")[0] - expected).max()
    print(f"load_picture and tabfit differ by {difference:.0f} of 255")
    assert difference <= 1


def check_picture(script):
    """A picture of the network's size is given unchanged, what is transparent on black; asked, it prints each class."""
    size = script.IMAGE_SIZE
    pixels = np.random.default_rng(1).integers(0, 256, (size, size, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture.png")
        Image.fromarray(pixels).save(path)
        np.testing.assert_array_equal(script.load_picture(path), pixels[None].astype(np.float32))
        sys.argv = ["model.py", str(path)]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            script.main()
        assert all(f"{path}: {name} 0." in printed.getvalue() for name in script.CLASS_NAMES), printed.getvalue()
        Image.new("RGBA", (3, 9), (255, 255, 255, 0)).save(path)
        np.testing.assert_array_equal(script.load_picture(path), np.zeros((1, size, size, 3)))


def check(folder):
    script, network = keras_script(folder)
    size, names = script.IMAGE_SIZE, script.CLASS_NAMES
    images = np.fromfile(folder / "pictures.bin", np.uint8).reshape(PICTURES, size, size, 3).astype(np.float32)
    expected = np.fromfile(folder / "probabilities.bin", np.float32).reshape(PICTURES, len(names))
    of_onnx, onnx_names, preprocessing = onnx_file(folder, images)
    of_keras = network.predict(images, verbose=0)
    of_tflite, of_xnnpack = tflite_file(folder, images)
    of_file = keras.saving.load_model(folder / "keras-file/model.keras").predict(images, verbose=0)
    assert tflite_texts(folder) == (names, preprocessing)
    assert onnx_names == names and preprocessing["size"] == [size, size]
    assert safetensors_file(folder, network, getattr(script, "NAMES_IN_FILE", {})) == (names, preprocessing)
    check_picture(script)
    for tool, actual, tolerance in [
        (f"onnxruntime {onnxruntime.__version__}", of_onnx, TOLERANCE),
        (f"Keras {keras.__version__}", of_keras, TOLERANCE),
        (f"Keras {keras.__version__} (.keras)", of_file, TOLERANCE),
        (f"TensorFlow Lite {tf.__version__}", of_tflite, TOLERANCE),
        ("LiteRT's XNNPACK", of_xnnpack, XNNPACK_TOLERANCE),
    ]:
        difference = np.abs(actual - expected).max()
        print(f"{folder.name:12} {tool:23} {difference:.1e}")
        assert difference <= tolerance, f"{folder.name}: {tool} differs by {difference}"


def fit_like_the_page(script):
    """A script of settings really fits a few drawn pictures."""
    parameters = int(script.with_suffix(".txt").read_text())
    with tempfile.TemporaryDirectory() as folder:
        rng = np.random.default_rng(2)
        names = re.search(r"CLASS_NAMES = (\[.*?\n\])", script.read_text(), re.DOTALL)[1]
        for label, name in enumerate(ast.literal_eval(names)):
            Path(folder, name).mkdir()
            for index in range(6):
                pixels = rng.integers(80 * label, 80 * label + 90, (20, 14, 3), np.uint8)
                Image.fromarray(pixels).save(Path(folder, name, f"{index}.png"))
        sys.argv = [str(script), folder]
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            ran = runpy.run_path(str(script), run_name="__main__")
    logs = ran["history"].history
    assert ran["model"].count_params() == parameters
    assert np.isfinite(logs["loss"]).all()
    if script.stem == "steered":
        rates = [ran["model"].optimizer.learning_rate.numpy(), ran["model"].get_layer("dropout").rate, ran["model"].get_layer("dropout_1").rate]
        np.testing.assert_allclose(rates, [1e-4, 0.75, 0.5])
    print(f"{script.stem:12} fit with Keras {keras.__version__}: {', '.join(logs)}")


def check_opened(folder):
    """A network of Keras that was opened and written again has the answers that it had in Keras."""
    network = keras.saving.load_model(folder / "keras-file/model.keras")
    size = network.input_shape[1]
    images = np.fromfile(folder / "pictures.bin", np.uint8).reshape(-1, size, size, 3).astype(np.float32)
    expected = np.fromfile(folder / "probabilities.bin", np.float32).reshape(len(images), -1)
    of_tflite, of_xnnpack = tflite_file(folder, images)
    for tool, actual, tolerance in [
        (f"Keras {keras.__version__} (.keras)", network.predict(images, verbose=0), TOLERANCE),
        (f"TensorFlow Lite {tf.__version__}", of_tflite, TOLERANCE),
        ("LiteRT's XNNPACK", of_xnnpack, XNNPACK_TOLERANCE),
    ]:
        difference = np.abs(actual - expected).max()
        print(f"{folder.name:28} {tool:23} {difference:.1e}")
        assert difference <= tolerance, f"{folder.name}: {tool} differs by {difference}"


if __name__ == "__main__":
    if sys.argv[1] == "--opened":
        opened = sorted(Path(sys.argv[2]).absolute().iterdir())
        assert len(opened) > 4
        for network in opened:
            check_opened(network)
        sys.exit()
    root = Path(sys.argv[1]).absolute()
    networks, scripts = sorted(root.glob("networks/*")), sorted(root.glob("code/*.py"))
    assert len(networks) > 4 and len(scripts) > 2
    for script in scripts:
        fit_like_the_page(script)
    for network in networks:
        check(network)
    check_stretched(root / "picture", keras_script(networks[0])[0])
