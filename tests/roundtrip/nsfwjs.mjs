/**
 * A network that people have, quantized to 8 bits by TensorFlow's converter, and what TensorFlow.js makes of pictures, for
 * tabfit to open: `node nsfwjs.mjs FOLDER PACKAGE`. It comes in the npm package nsfwjs (MIT), whose unpacked folder PACKAGE is.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";

tf.env().set("PROD", true); // no advice to install something faster
const [, , folder, unpacked] = process.argv;
const PICTURES = 2;

/** What a module of the package exports; it is JavaScript, so that bundlers take it. */
async function exported(file) {
  const code = await readFile(join(unpacked, "dist/models/mobilenet_v2", `${file}.min.js`), "utf8");
  const module = { exports: {} };
  new Function("module", "exports", code)(module, module.exports);
  return module.exports;
}

/** Blocks of random colours, the same in every run. */
function pictures(size) {
  let state = 7;
  const random = () => (state = (state * 48271) % 2147483647) % 256;
  const blocks = Array.from({ length: PICTURES * 36 * 3 }, random);
  const block = (at) => Math.floor((at * 6) / size);
  const pixel = (index) => {
    const [picture, row, column] = [Math.floor(index / size / size), Math.floor(index / size) % size, index % size];
    const at = ((picture * 6 + block(row)) * 6 + block(column)) * 3;
    return blocks.slice(at, at + 3);
  };
  return Uint8Array.from(Array.from({ length: PICTURES * size * size }, (_, index) => pixel(index)).flat());
}

const model = await exported("model");
const paths = model.weightsManifest.flatMap((group) => group.paths);
const shards = await Promise.all(paths.map(async (path) => Buffer.from(await exported(path), "base64")));
const to = join(folder, "foreign", "nsfwjs");
await mkdir(to, { recursive: true });
await writeFile(join(to, "model.json"), JSON.stringify(model));
for (const [index, path] of paths.entries()) await writeFile(join(to, path), shards[index]);
const weightSpecs = model.weightsManifest.flatMap((group) => group.weights);
const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
const loaded = await loadLayersModel(tf.io.fromMemory({ modelTopology: model.modelTopology, weightSpecs, weightData }));
const size = loaded.inputs[0].shape[1];
const pixels = pictures(size);
// From 0 to 255, as tabfit gives them where nobody says otherwise: the answers mean little, but must be the same.
const answers = loaded.predict(tf.tensor4d(Float32Array.from(pixels), [PICTURES, size, size, 3])).dataSync();
await writeFile(join(to, "pictures.bin"), pixels);
await writeFile(join(to, "probabilities.bin"), new Uint8Array(Float32Array.from(answers).buffer));
console.log(`MobileNetV2 of nsfwjs: TensorFlow.js ${tf.version_core} answered`);
