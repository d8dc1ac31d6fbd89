/** `getWeights` and `setWeights` of the package. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inNode } from "./node-package.mjs";

test("weights come in Keras's order and shapes, go into another network, and are refused by name", (t) => {
  const { listed, changed, same, refused, untouched, plain } = inNode(t, `
    import init, { Sequential } from "tabfit";
    await init({ device: "cpu" });
    const layers = [
      { type: "Conv2D", filters: 4, kernelSize: [3, 2], name: "conv" }, { type: "BatchNormalization", name: "norm" },
      { type: "DepthwiseConv2D", kernelSize: 3, depthMultiplier: 2, name: "depth" },
      { type: "GlobalAveragePooling2D" }, { type: "Dense", units: 2, activation: "softmax", name: "head" },
    ];
    const make = (seed) => Sequential.create({ imageSize: 8, layers }, ["a", "b"], "cpu", seed);
    const [one, other] = [await make(1), await make(2)];
    const picture = new Uint8Array(192).fill(77);
    const answer = JSON.stringify(await one.predict(picture));
    const weights = await one.getWeights();
    const kinds = weights.every(({ values, shape }) => values instanceof Float32Array && values.length === shape.reduce((a, b) => a * b));
    const before = JSON.stringify(await other.predict(picture));
    const refuse = (given) => { try { other.setWeights(given); return ""; } catch ({ name, message }) { return name + ": " + message; } };
    const swapped = [weights[1], weights[0], ...weights.slice(2)];
    const short = weights.with(2, { ...weights[2], values: weights[2].values.slice(1) });
    const refused = [weights.slice(1), swapped, short, weights.with(0, { values: weights[0].values }), "weights", weights.with(0, null)].map(refuse);
    const untouched = before === JSON.stringify(await other.predict(picture));
    other.setWeights(weights);
    const same = answer === JSON.stringify(await other.predict(picture));
    weights[0].values[0] += 1; // a copy
    const changed = answer !== JSON.stringify(await one.predict(picture));
    other.setWeights((await one.getWeights()).map(({ shape, values }) => ({ shape, values: Array.from(values, () => 0) })));
    const plain = (await other.getWeights()).every(({ values }) => values.every((value) => value === 0));
    console.log(JSON.stringify({ listed: weights.map(({ name, shape }) => [name, shape]), same: same && kinds, changed, refused, untouched, plain }));
  `);
  assert.deepEqual(listed, [
    ["conv/kernel", [3, 2, 3, 4]], ["conv/bias", [4]], ["norm/gamma", [4]], ["norm/beta", [4]], ["norm/moving_mean", [4]],
    ["norm/moving_variance", [4]], ["depth/kernel", [3, 3, 4, 2]], ["depth/bias", [8]], ["head/kernel", [8, 2]], ["head/bias", [2]],
  ]);
  assert.deepEqual([same, changed, untouched, plain], [true, false, true, true]);
  const [count, shape, values, noShape, word, nothing] = refused;
  assert.equal(count, "ConfigError: weights must have 10 items, one for each weight of the network, not 9; getWeights gives such a list.");
  assert.equal(shape, "ConfigError: weights must have the shape [3, 2, 3, 4] and 72 values for conv/kernel, not [4] and 4.");
  assert.equal(values, "ConfigError: weights must have the shape [4] and 4 values for norm/gamma, not [4] and 3.");
  for (const sentence of [noShape, word, nothing]) {
    assert.equal(sentence, "ConfigError: weights must be a list of { shape, values }, each a list of numbers, such as getWeights gives.");
  }
});
