/** The two files of the program in Node: that with relaxed SIMD, and the plain one, in which products are rounded before they are added. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "./fixtures.mjs";
import { AS_A_BROWSER, inNode } from "./node-package.mjs";
import { TIMEOUT } from "./package-page.mjs";

/** The layers whose sums the kernels limit: by Winograd's algorithm, directly, channel by channel, and in parts of a register. */
const LAYERS = [
  { type: "Conv2D", filters: 32, kernelSize: 3, padding: "same", activation: "relu", name: "direct" },
  { type: "Conv2D", filters: 32, kernelSize: 3, padding: "same", activation: "relu6", name: "winograd" },
  { type: "DepthwiseConv2D", kernelSize: 3, padding: "same", activation: "relu", name: "depthwise" },
  { type: "Conv2D", filters: 5, kernelSize: 1, activation: "relu6", name: "pointwise" },
];
const HEAD = [{ type: "GlobalAveragePooling2D" }, { type: "Dense", units: 2, activation: "softmax", name: "head" }];

/** What a network with NaN in the bias of each of these layers says of a picture, and one without. JSON has null for NaN. */
const answers = (t, file) => inNode(t, `
  import { readFileSync } from "node:fs";
  import init, { Sequential } from "tabfit";
  import { urls } from "tabfit/wasm";
  await init({ device: "cpu", module: await WebAssembly.compile(readFileSync(new URL("${file}", urls.cpu))) });
  const network = await Sequential.create({ imageSize: 16, layers: ${JSON.stringify([...LAYERS, ...HEAD])} }, ["a", "b"], "cpu", 1);
  const weights = await network.getWeights();
  const answers = {};
  for (const layer of ["none", ...${JSON.stringify(LAYERS.map(({ name }) => name))}]) {
    const values = (weight) => weight.name === layer + "/bias" ? weight.values.map(() => NaN) : weight.values;
    network.setWeights(weights.map((weight) => ({ shape: weight.shape, values: values(weight) })));
    const picture = Uint8Array.from({ length: 768 }, (_, i) => (i * i) % 251);
    answers[layer] = (await network.predict(picture)).map(({ probability }) => probability);
  }
  console.log(JSON.stringify(answers));
`, {}, AS_A_BROWSER);

test("NaN passes the activation of every convolution in both files, whose numbers differ in the last digits", TIMEOUT, (t) => {
  const [fused, plain] = ["tabfit_bg.wasm", "tabfit_plain_bg.wasm"].map((file) => answers(t, file));
  for (const { none, ...others } of [fused, plain]) {
    assert.ok(none.every((probability) => probability > 0 && probability < 1), `${none}`);
    for (const { name } of LAYERS) assert.deepEqual(others[name], [null, null], name);
  }
  fused.none.forEach((probability, i) => assert.ok(Math.abs(probability - plain.none[i]) < 1e-6, `${probability} and ${plain.none[i]}`));
});

test("a run that goes on where products are rounded in another way says so", TIMEOUT, (t) => {
  const begin = `
    import { readFileSync, writeFileSync } from "node:fs";
    import init, * as tabfit from "tabfit";
    await init({ device: "cpu" });
    const images = new Uint8Array(8 * 192).map((_, i) => i % 251);
    const dataset = tabfit.Dataset.fromArrays({ images, labels: [0, 1, 0, 1, 0, 1, 0, 1], classNames: ["a", "b"], imageSize: 8 });
    const roundings = ({ roundsOnce, resumed }) => [roundsOnce, ...resumed.map((resumption) => resumption.roundsOnce)];`;
  const kept = folder(t, {});
  const once = inNode(t, `${begin}
    const network = await tabfit.Sequential.create("small", dataset);
    const stop = new AbortController();
    await network.fit(dataset, { epochs: 2, signal: stop.signal }, ({ type }) => type === "epoch" && stop.abort());
    writeFileSync(${JSON.stringify(join(kept, "run.tabfit"))}, await network.checkpoint());
    console.log(JSON.stringify(roundings(network.info.manifest)));
  `, {}, AS_A_BROWSER);
  const code = `${begin}
    const network = await tabfit.Sequential.load(readFileSync(${JSON.stringify(join(kept, "run.tabfit"))}));
    const told = [];
    const { notes } = await network.resume(dataset, {}, (event) => void told.push(...(event.type === "start" ? event.notes : [])));
    console.log(JSON.stringify({ told, notes, roundings: roundings(network.info.manifest) }));`;
  const [same, other] = [inNode(t, code, {}, AS_A_BROWSER), inNode(t, code)];
  assert.deepEqual([same.told, same.notes, same.roundings], [[], [], [once[0], once[0]]]);
  if (once[0] && AS_A_BROWSER.length) {
    assert.match(other.told[0], /rounds in another way, so its numbers may differ in the last digits\.$/);
    assert.deepEqual([other.notes, other.roundings], [other.told, [true, false]]);
  }
});
