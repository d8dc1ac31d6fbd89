/** The contender jax-js: the whole step, with gradients and Adam, is one function under `jit`. */

import { contend } from "./contend.js";
import { batches, CLASSES, pictures, weights } from "./inputs.js";
import * as jax from "/node_modules/@jax-js/jax/dist/index.js";

const { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy: np, tree, valueAndGrad } = jax;

const [RATE, BETA1, BETA2, EPSILON] = [0.001, 0.9, 0.999, 1e-7];
let batch, size, weight, moment, velocity;
let done = 0;

contend({
  async open(settings) {
    const { device, imageSize } = settings;
    if (!(await init(device)).includes(device)) throw new Error(`no backend ${device}`);
    defaultDevice(device);
    size = imageSize;
    batch = batches(await pictures(settings), settings);
    weight = (await weights(settings)).map((one) => channelsFirst(one, imageSize / 8));
    const zeros = () => weight.map(({ shape }) => np.zeros(shape));
    [moment, velocity] = [zeros(), zeros()];
    return device === "webgpu" ? null : { name: "CPU", fallback: false };
  },

  async losses(most, go) {
    for (let i = 0; i < most; i++) {
      const value = await step(i).jsAsync();
      if (!go(value)) return;
    }
  },

  async train(steps) {
    for (let i = 0; i < steps; i++) step(i).dispose();
    await blockUntilReady(weight);
  },
});

/** jax-js's convolution wants channels first, so Keras's weights are transposed, once. */
function channelsFirst({ name, shape, values }, side) {
  const array = np.array(values, { shape });
  if (shape.length === 4) return array.transpose([3, 2, 0, 1]);
  if (name !== "dense/kernel") return array;
  const [rows, columns] = shape; // a row for each entry of the flattened picture
  return array.reshape([side, side, rows / side ** 2, columns]).transpose([2, 0, 1, 3]).reshape(shape);
}

/** @returns the loss, on the device */
function step(i) {
  const { pixels, labels } = batch(i);
  const images = np.array(Float32Array.from(pixels), { shape: [labels.length, size, size, 3] });
  const classes = np.array(Int32Array.from(labels), { shape: [labels.length] });
  done += 1;
  // Keras's form of Adam has both bias corrections in the rate. It changes in each step, so it is an argument.
  const rate = np.array(new Float32Array([(RATE * Math.sqrt(1 - BETA2 ** done)) / (1 - BETA1 ** done)]), { shape: [] });
  let loss;
  [loss, weight, moment, velocity] = update(weight, moment, velocity, images, classes, rate);
  return loss;
}

const update = jit((weight, moment, velocity, images, classes, rate) => {
  const [loss, gradient] = valueAndGrad(lossOf)(tree.ref(weight), images, classes);
  const next = weight.map((w, i) => {
    const m = moment[i].mul(BETA1).add(gradient[i].ref.mul(1 - BETA1));
    const v = velocity[i].mul(BETA2).add(np.square(gradient[i]).mul(1 - BETA2));
    const by = m.ref.mul(rate.ref).div(np.sqrt(v.ref).add(EPSILON));
    return [w.sub(by), m, v];
  });
  rate.dispose();
  return [loss, ...[0, 1, 2].map((part) => next.map((parts) => parts[part]))];
});

function lossOf([k1, b1, k2, b2, k3, b3, k4, b4, k5, b5, k6, b6], images, classes) {
  const conv = (x, kernel, bias) => nn.relu(lax.convGeneralDilated(x, kernel, [1, 1], "SAME").add(bias.reshape([-1, 1, 1])));
  const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
  let x = conv(images.mul(1 / 255).transpose([0, 3, 1, 2]), k1, b1);
  x = pool(conv(x, k2, b2));
  x = pool(conv(x, k3, b3));
  x = pool(conv(x, k4, b4));
  x = x.reshape([x.shape[0], -1]);
  x = nn.relu(np.dot(x, k5).add(b5));
  const scores = nn.logSoftmax(np.dot(x, k6).add(b6));
  const count = scores.shape[0];
  return scores.mul(nn.oneHot(classes, CLASSES.length)).sum().mul(-1 / count);
}
