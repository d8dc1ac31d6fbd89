/** The package in Node, without a browser: what importing it does, and what it trains on the processor. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { shapes } from "./fixtures.mjs";
import { AS_A_BROWSER, inNode } from "./node-package.mjs";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("importing the package does nothing", (t) => {
  const { added, loaded, part } = inNode(t, `
    const before = new Set(Object.getOwnPropertyNames(globalThis));
    const { default: init, Dataset } = await import("tabfit");
    const { urls } = await import("tabfit/wasm");
    const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.has(name));
    console.log(JSON.stringify({ added, loaded: Dataset !== undefined, part: urls.cpu.protocol }));
  `);
  assert.deepEqual([added, loaded, part], [[], false, "file:"]);
});

/** Trains two epochs on dark and light pictures. */
async function losses({ Dataset, Sequential }) {
  const images = new Uint8Array(8 * 192).map((_, i) => (Math.floor(i / 192) % 2 ? 240 : 10));
  const labels = Array.from({ length: 8 }, (_, i) => i % 2);
  const dataset = Dataset.fromArrays({ images, labels, classNames: ["dark", "light"], imageSize: 8 });
  const network = await Sequential.create("small", dataset, "cpu", 1);
  const { epochs } = await network.fit(dataset, { epochs: 2, batchSize: 2, seed: 1 });
  return epochs.map(({ loss }) => loss);
}

test("two epochs in Node have the losses of a browser, and the process ends by itself", TIMEOUT, async (t) => {
  const code = `
    import init, * as tabfit from "tabfit";
    const { device, reason } = await init();
    const network = await tabfit.Sequential.create("small", { imageSize: 8, classNames: ["dark", "light"] });
    const exported = (await network.export("tflite")).map(({ name }) => name);
    const [onnx] = await network.export("onnx");
    const { classNames } = (await tabfit.Sequential.import([{ name: "a.onnx", bytes: onnx.bytes }])).info;
    const refused = await tabfit.Sequential.import([{ name: "b.onnx", bytes: onnx.bytes.subarray(9) }]).catch(({ name }) => name);
    console.log(JSON.stringify({ device, reason, trained: await (${losses})(tabfit), exported, classNames, refused }));
  `;
  const { device, reason, trained, exported, classNames, refused } = inNode(t, code, {}, AS_A_BROWSER);
  assert.equal(device, "cpu");
  assert.match(reason, /^The npm package webgpu, which gives Node a GPU, could not be loaded/);
  assert.deepEqual([exported, classNames, refused], [["model.tflite", "labels.txt"], ["dark", "light"], "ModelFileError"], "networks are converted without a worker");
  const page = await withPackage(t, "node", undefined, "cpu");
  assert.deepEqual(trained, await page.evaluate(`(${losses})(tabfit)`));
  inNode(t, code).trained.forEach((loss, i) => assert.ok(Math.abs(loss - trained[i]) < 1e-5, `without the flag ${loss}, with it ${trained[i]}`));
  assert.ok(trained[1] < trained[0]);
});

test("files are decoded without a browser, by the package's own decoders", TIMEOUT, (t) => {
  const { counts, skipped, right } = inNode(t, `
    import { openAsBlob, readdirSync } from "node:fs";
    import init, * as tabfit from "tabfit";
    await init({ device: "cpu" });
    const paths = readdirSync(".", { recursive: true }).filter((path) => path.endsWith(".png"));
    const files = await Promise.all(paths.map(async (path) => ({ path, file: await openAsBlob(path) })));
    const dataset = await tabfit.Dataset.fromFolder(files, { imageSize: 16 });
    const network = await tabfit.Sequential.create("small", dataset);
    await network.fit(dataset, { epochs: 12, batchSize: 8 });
    const answers = await network.predict(files.map(({ file }) => file));
    const right = answers.filter(({ predictions: [{ className }] }, i) => paths[i].startsWith(className)).length / paths.length;
    console.log(JSON.stringify({ ...dataset.summary, right }));
  `, shapes({ each: 16 }));
  assert.deepEqual([counts.training, skipped], [[16, 16, 16], []]);
  assert.ok(right > 0.8, `${right} of the answers are right`);
});
