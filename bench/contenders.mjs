/**
 * The contenders, and the cases they are measured on. A new contender is a worker in this folder that calls `contend`,
 * and a line here; native Keras, which no host can load, answers the same commands from a process of its own.
 *
 * @typedef {object} ContenderLine
 * @property {string} name
 * @property {string} script the worker, or "page" for tabfit's own page, or "keras" for native Keras in a process of Python
 * @property {"cpu" | "wasm" | "webgl" | "webgpu"} device
 * @property {string} [package] whose version is reported
 * @property {boolean} [naive] TensorFlow.js's WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE, which is on by default
 * @property {boolean} [allThreads] tabfit or Keras with one thread for each core
 * @property {boolean} [plain] tabfit as a browser without relaxed SIMD has it
 * @property {number} [parts] so many trainers at the same time, each with its part of a batch
 * @property {string} [only] the case that it is measured on; otherwise all of them
 * @property {boolean} [slow] a step of the larger cases takes half a minute or more on any machine
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {number} imageSize
 * @property {number} batchSize
 * @property {string} [network] the preset that is trained, without its dropout; `bench` if not given
 * @property {number} [rate] at which it learns; Keras's own if not given
 * @property {object[]} [layers] of that network, once its weights are written
 * @property {boolean} [onlyGpu] measured only on a real GPU
 */

const TFJS = { script: "tfjs.js", package: "@tensorflow/tfjs" };
const JAX = { script: "jax.js", package: "@jax-js/jax" };

/** The first is the reference: the losses of the others must agree with its losses. @type {ContenderLine[]} */
export const CONTENDERS = [
  { name: "tabfit-cpu", script: "tabfit.js", device: "cpu" },
  { name: "tabfit-cpu, all threads", script: "tabfit.js", device: "cpu", allThreads: true },
  { name: "keras-native", script: "keras", device: "cpu", allThreads: true },
  { name: "keras-native, one thread", script: "keras", device: "cpu" },
  { name: "tabfit-page", script: "page", device: "cpu", allThreads: true, only: "64x32" },
  { name: "tabfit-webgpu", script: "tabfit.js", device: "webgpu" },
  { name: "tfjs-webgpu", ...TFJS, device: "webgpu", naive: true },
  { name: "tfjs-webgpu, naive transpose off", ...TFJS, device: "webgpu", naive: false },
  { name: "tfjs-webgl", ...TFJS, device: "webgl" },
  { name: "tfjs-cpu", ...TFJS, device: "cpu", slow: true },
  { name: "jax-js-webgpu", ...JAX, device: "webgpu" },
  { name: "jax-js-wasm", ...JAX, device: "wasm", slow: true },
];

/** @type {Case[]} */
export const CASES = [
  { name: "32x8", imageSize: 32, batchSize: 8 },
  { name: "64x32", imageSize: 64, batchSize: 32 },
  { name: "128x32", imageSize: 128, batchSize: 32, onlyGpu: true },
];

/**
 * At Keras's rate, Adam's first steps turn the rounding of a small gradient into a whole step of its weight, and after ten of them these
 * networks have other losses even on another number of threads. At these rates they can be compared.
 *
 * @type {Record<string, number>}
 */
export const RATES = { resnet: 1e-4, mobilenet: 1e-4, "efficientnet-lite0": 1e-5 };

/** How many batches of pictures there are. A round is no longer. */
export const BATCHES = 50;
