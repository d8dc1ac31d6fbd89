/** tabfit's half of each row: one network and one data set at a time, in a worker as the page has one. */

import { contend } from "../contend.js";
import { base64, bytes, decode, pixels, select } from "./pictures.js";
// As it is written: in the built page it is a piece of the file that needs a document.
import { lastBlocks } from "/www/js/page/network/blocks.js";
import { watchGpu } from "/js/worker/gpu.js";
import init, { onFatal, preset, reportGpuFault, Sequential, startWorkers } from "/tabfit.js";

const NAME = "efficientnet-lite0";
const WEIGHTS = `/pretrained/${NAME}.safetensors`;

let network, dataset;
/** The network as it was when `keep` was asked. @type {Uint8Array} */
let kept;

contend({
  /** The part that trains on the processor, on all cores; or the part that trains on both. */
  async open({ part = "cpu" }) {
    watchGpu(reportGpuFault);
    await init({ device: part });
    onFatal((message) => self.postMessage({ fatal: message }));
    const threads = await startWorkers(() => new Worker("/js/helper.js", { type: "module" }), navigator.hardwareConcurrency);
    return { name: `CPU, ${threads} threads`, fallback: false };
  },
  more: { decode, bytes, create, choose, predict, features, fit, score, learningLayers, exported, keep, goBack, dispatches },
});

/** A network that knows ImageNet, with a new head from the seed. Without dropout, nothing in its training is random. */
async function create({ size, seed, classNames, dropout = true, device = "cpu" }) {
  network?.free();
  const { layers } = preset(NAME, size, classNames.length);
  const model = { imageSize: size, layers: dropout ? layers : layers.filter(({ type }) => type !== "Dropout") };
  network = await Sequential.create(model, classNames, { device, seed, weights: WEIGHTS });
  network.compile({ optimizer: "adam" });
  return network.info.device;
}

/** From now on these pictures are trained on; nothing is known of them. */
async function choose(choice) {
  dataset?.free();
  dataset = await select(choice);
}

/** The probabilities of these pictures, by class. */
async function predict({ size, numbers }) {
  const answers = [];
  for (const number of numbers) {
    const predictions = await network.predict(await pixels(size, number));
    answers.push(network.info.classNames.map((name) => predictions.find(({ className }) => className === name)?.probability));
  }
  return answers;
}

/** Milliseconds until all features of the chosen pictures are there. Nothing is trained and nothing is kept. */
async function features({ batchSize }) {
  const abort = new AbortController();
  let ms = null;
  const began = performance.now();
  const hear = (event) => {
    if (event.type !== "features" || event.done !== event.pictures) return;
    ms = performance.now() - began;
    abort.abort();
  };
  await network.fit(dataset, { epochs: 1, batchSize, validationSplit: 0, signal: abort.signal }, hear);
  if (ms === null) throw new Error("the frozen layers did not run once");
  return ms;
}

/** Trains on; the epochs, and the milliseconds from the call of `fit` to its end. */
async function fit({ learningRate, config }) {
  if (learningRate) network.compile({ optimizer: { type: "adam", learningRate } });
  let computed = 0;
  const began = performance.now();
  const { epochs } = await network.fit(dataset, config, (event) => {
    if (event.type === "features") computed = performance.now() - began;
  });
  return { epochs, ms: performance.now() - began, featuresMs: computed };
}

/** The share of the test pictures that are named right, and the loss. */
async function score() {
  const { accuracy, loss } = await network.evaluate(dataset, "test");
  return { accuracy, loss };
}

/** Frees the layers that the page frees for its last blocks, and freezes the others; their names. */
async function learningLayers({ blocks }) {
  const { layers } = network.info.summary;
  const learning = lastBlocks(layers, blocks);
  const names = layers.filter(({ parameters }) => parameters > 0).map(({ name }) => name);
  network.setTrainable(names.filter((name) => !learning.includes(name)), false);
  network.setTrainable(learning, true);
  return learning;
}

/** The network as Keras's file, in base64. */
async function exported() {
  const [{ bytes }] = await network.export("keras-file");
  return base64(bytes);
}

async function keep() {
  kept = await network.save();
}

/** The network that was kept, on a device; what it is. */
async function goBack({ device = "cpu" }) {
  network.free();
  network = await Sequential.load(kept, device);
  return network.info.device;
}

/** How much work the GPU was given so far. */
async function dispatches() {
  return globalThis.gpuCounters.counts.dispatches;
}
