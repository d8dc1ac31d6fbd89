/** The contender TensorFlow.js, with its ops, its gradients and its Adam in a loop written here. */

import { contend } from "./contend.js";
import { describeWebgl } from "./adapter.js";
import { batches, CLASSES, pictures, weights } from "./inputs.js";
import "/node_modules/@tensorflow/tfjs/dist/tf.es2017.min.js";
import "/node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js";

const { tf } = globalThis;
const [RATE, BETA1, BETA2, EPSILON] = [0.001, 0.9, 0.999, 1e-7];
let batch, size, variables, optimizer;
let done = 0;

contend({
  async open(settings) {
    const { device, naive, imageSize } = settings;
    tf.enableProdMode();
    if (device === "webgpu") tf.env().set("WEBGPU_USE_NAIVE_CONV2D_TRANSPOSE", naive);
    if (!(await tf.setBackend(device))) throw new Error(`no backend ${device}`);
    await tf.ready();
    if (tf.getBackend() !== device) throw new Error(`${tf.getBackend()} took the place of ${device}`);
    size = imageSize;
    batch = batches(await pictures(settings), settings);
    variables = (await weights(settings)).map(({ shape, values }) => tf.variable(tf.tensor(values, shape)));
    optimizer = tf.train.adam(RATE, BETA1, BETA2, EPSILON);
    if (device === "cpu") return { name: "CPU", fallback: false };
    return device === "webgl" ? describeWebgl() : null;
  },

  async losses(most, go) {
    for (let i = 0; i < most; i++) {
      const loss = step(i);
      const [value] = await loss.data();
      loss.dispose();
      if (!go(value)) return;
    }
  },

  async train(steps) {
    for (let i = 0; i < steps; i++) step(i).dispose();
    await variables.at(-1).data(); // waits for the last update
  },
});

/** @returns the loss, on the device */
function step(i) {
  const { pixels, labels } = batch(i);
  done += 1;
  // Keras adds epsilon before the second moment is corrected, TensorFlow.js after. This makes both the same.
  optimizer.epsilon = EPSILON / Math.sqrt(1 - BETA2 ** done);
  return tf.tidy(() => {
    const images = tf.tensor4d(Float32Array.from(pixels), [labels.length, size, size, 3]);
    const targets = tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), CLASSES.length), "float32");
    return optimizer.minimize(() => tf.losses.softmaxCrossEntropy(targets, logits(images)), true, variables);
  });
}

function logits(images) {
  const [k1, b1, k2, b2, k3, b3, k4, b4, k5, b5, k6, b6] = variables;
  const conv = (x, filter, bias) => tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same", activation: "relu" });
  const pool = (x) => tf.maxPool(x, 2, 2, "valid");
  let x = conv(tf.mul(images, 1 / 255), k1, b1);
  x = pool(conv(x, k2, b2));
  x = pool(conv(x, k3, b3));
  x = pool(conv(x, k4, b4));
  x = tf.reshape(x, [x.shape[0], -1]);
  x = tf.fused.matMul({ a: x, b: k5, bias: b5, activation: "relu" });
  return tf.fused.matMul({ a: x, b: k6, bias: b6 });
}
