/**
 * The exported TensorFlow.js models in TensorFlow.js itself: `node tfjs.mjs FOLDER`, as in check.py. Some of them are written
 * again with weights of 8 and 16 bits, and with what TensorFlow.js makes of these, for tabfit to open.
 */
import assert from "node:assert";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";

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
