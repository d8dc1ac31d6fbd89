/** The exported TensorFlow.js models in TensorFlow.js itself: `node tfjs.mjs FOLDER`, as in check.py. */
import assert from "node:assert";
import { readFile, readdir } from "node:fs/promises";
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

/** What a web server would send: `model.json` and the weights it names. */
async function handler(path) {
  const model = JSON.parse(await readFile(join(path, "model.json"), "utf8"));
  return tf.io.fromMemory({
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    weightData: (await floats(join(path, model.weightsManifest[0].paths[0]))).buffer,
    userDefinedMetadata: model.userDefinedMetadata,
  });
}

const networks = (await readdir(folder)).sort();
for (const network of networks) {
  const model = await loadLayersModel(await handler(join(folder, network, "tfjs")));
  const size = model.inputs[0].shape[1];
  const { classNames, preprocessing } = model.getUserDefinedMetadata();
  assert.deepEqual(preprocessing.size, [size, size]);
  const pixels = new Uint8Array(await readFile(join(folder, network, "pictures.bin")));
  const expected = await floats(join(folder, network, "probabilities.bin"));
  assert.equal(expected.length, PICTURES * classNames.length);
  const pictures = tf.tensor4d(Float32Array.from(pixels), [PICTURES, size, size, 3]);
  const actual = model.predict(pictures).dataSync();
  const difference = Math.max(...expected.map((value, index) => Math.abs(value - actual[index])));
  console.log(`${network.padEnd(12)} TensorFlow.js ${tf.version_core}  ${difference.toExponential(1)}`);
  assert(difference <= TOLERANCE, `${network}: probabilities differ by ${difference}`);
}
assert(networks.length > 4);
