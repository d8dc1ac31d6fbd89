/**
 * The exported TensorFlow.js models in TensorFlow.js itself: `node tfjs.mjs FOLDER`, as in check.py. Some of them are written
 * again with weights of 8 and 16 bits, and with what TensorFlow.js makes of these, for tabfit to open; so is a network in
 * networks, as Teachable Machine builds it.
 */
import assert from "node:assert";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { input, layers, loadLayersModel, model as functional, sequential } from "@tensorflow/tfjs-layers";

tf.env().set("PROD", true); // no advice to install something faster
const folder = join(process.argv[2], "networks");
const PICTURES = 16;
const TOLERANCE = 1e-5;

async function floats(path) {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}

/** `model.json` and the weights it names. */
async function read(path) {
  const model = JSON.parse(await readFile(join(path, "model.json"), "utf8"));
  return { model, weights: await floats(join(path, model.weightsManifest[0].paths[0])) };
}

/** What a web server would send. */
function handler({ model, weights }) {
  return tf.io.fromMemory({
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: weights.buffer,
    userDefinedMetadata: model.userDefinedMetadata,
  });
}

/** 16 bits of a number that is at least 2^-14 or 0, the rest cut off. */
function float16(value) {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0];
  const exponent = ((bits >>> 23) & 0xff) - 112;
  return exponent > 0 ? ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff) : 0;
}

/** The same network with its weights packed as TensorFlow's converter packs them with --quantize_... */
function quantized({ model, weights }, dtype) {
  const packed = structuredClone(model);
  const parts = [];
  let start = 0;
  for (const entry of packed.weightsManifest[0].weights) {
    const values = weights.subarray(start, (start += entry.shape.reduce((product, axis) => product * axis, 1)));
    const Numbers = dtype === "uint8" ? Uint8Array : Uint16Array;
    let numbers = Array.from(values, float16);
    entry.quantization = { dtype, original_dtype: "float32" };
    if (dtype !== "float16") {
      const min = values.reduce((least, value) => Math.min(least, value));
      const scale = (values.reduce((most, value) => Math.max(most, value)) - min) / (dtype === "uint8" ? 255 : 65535) || 1;
      Object.assign(entry.quantization, { min, scale });
      numbers = Array.from(values, (value) => Math.round((value - min) / scale));
    }
    parts.push(Buffer.from(Numbers.from(numbers).buffer));
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  return { model: packed, weights: bytes };
}

/** The probabilities of all pictures. */
function answers(network, pixels) {
  const size = network.inputs[0].shape[1];
  return network.predict(tf.tensor4d(Float32Array.from(pixels), [PICTURES, size, size, 3])).dataSync();
}

/**
 * A body of branches behind a mean, and a head, each a network of its own in one that holds both: what Teachable Machine saves.
 * Both have a layer of the same name, and one layer has a slash in its name.
 */
function nested() {
  const image = input({ shape: [16, 16, 3], name: "image" });
  const first = layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: "same", activation: "relu6", name: "stem/conv", kernelInitializer: "heNormal", biasInitializer: "randomNormal" }).apply(image);
  const wide = layers.depthwiseConv2d({ kernelSize: 3, padding: "same", name: "wide" }).apply(first);
  const norm = layers.batchNormalization({ name: "same", gammaInitializer: "randomNormal", betaInitializer: "randomNormal" }).apply(wide);
  const sum = layers.add({ name: "sum" }).apply([first, norm]);
  const body = sequential({ name: "features", layers: [functional({ inputs: image, outputs: sum, name: "body" }), layers.globalAveragePooling2d({ name: "mean" })] });
  const head = sequential({
    name: "head",
    layers: [
      layers.dense({ units: 5, inputShape: [6], activation: "relu", name: "same", biasInitializer: "randomNormal" }),
      layers.dense({ units: 4, useBias: false, activation: "softmax", name: "classes" }),
    ],
  });
  return sequential({ name: "whole", layers: [body, head] });
}

/** Writes a network of TensorFlow.js for tabfit to open, with pictures of blocks and its answers. */
async function writeForeign(name, network) {
  const to = join(process.argv[2], "foreign", name);
  await mkdir(to, { recursive: true });
  await network.save(tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    const weightsManifest = [{ paths: ["weights.bin"], weights: weightSpecs }];
    await writeFile(join(to, "model.json"), JSON.stringify({ format: "layers-model", modelTopology, weightsManifest }));
    await writeFile(join(to, "weights.bin"), new Uint8Array(weightData));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  }));
  const size = network.inputs[0].shape[1];
  let state = 7;
  const pixels = Uint8Array.from({ length: PICTURES * size * size * 3 }, () => (state = (state * 48271) % 2147483647) % 256);
  await writeFile(join(to, "pictures.bin"), pixels);
  await writeFile(join(to, "probabilities.bin"), new Uint8Array(Float32Array.from(answers(network, pixels)).buffer));
}

const networks = (await readdir(folder)).sort();
for (const network of networks) {
  const exported = await read(join(folder, network, "tfjs"));
  const model = await loadLayersModel(handler(exported));
  const size = model.inputs[0].shape[1];
  const { classNames, preprocessing } = model.getUserDefinedMetadata();
  assert.deepEqual(preprocessing.size, [size, size]);
  const pixels = new Uint8Array(await readFile(join(folder, network, "pictures.bin")));
  const expected = await floats(join(folder, network, "probabilities.bin"));
  assert.equal(expected.length, PICTURES * classNames.length);
  const actual = answers(model, pixels);
  const difference = Math.max(...expected.map((value, index) => Math.abs(value - actual[index])));
  console.log(`${network.padEnd(12)} TensorFlow.js ${tf.version_core}  ${difference.toExponential(1)}`);
  assert(difference <= TOLERANCE, `${network}: probabilities differ by ${difference}`);
  for (const dtype of ["chain", "blocks", "mobilenet"].includes(network) ? ["uint8", "uint16", "float16"] : []) {
    const packed = quantized(exported, dtype);
    const to = join(process.argv[2], "foreign", `${network}-${dtype}`);
    await mkdir(to, { recursive: true });
    await writeFile(join(to, "model.json"), JSON.stringify(packed.model));
    await writeFile(join(to, packed.model.weightsManifest[0].paths[0]), packed.weights);
    await writeFile(join(to, "pictures.bin"), pixels);
    await writeFile(join(to, "probabilities.bin"), new Uint8Array(answers(await loadLayersModel(handler(packed)), pixels).buffer));
  }
}
assert(networks.length > 4);
await writeForeign("tfjs-nested", nested());
