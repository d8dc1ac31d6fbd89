/**
 * A network that was opened from a file: the names of its classes, if the file has none, and its evaluation, on pictures that it
 * may be asked about, or a sentence that says why not.
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes, splitShapes } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const NOTHING = "There are no pictures that this network has not learnt from: pick a folder with a test part, or hold out validation pictures and fit.";

/** TensorFlow.js's files of a network of grey pictures, which has no names for its classes: white is the last, black the first. */
function nameless() {
  const layer = (class_name, config) => ({ class_name, config });
  const layers = [
    layer("Rescaling", { name: "scaled", scale: 1 / 255, offset: 0, batch_input_shape: [null, 32, 32, 1] }),
    layer("GlobalAveragePooling2D", { name: "mean" }),
    layer("Dense", { name: "dense", units: 3, activation: "softmax" }),
  ];
  const weights = [{ name: "dense/kernel", shape: [1, 3], dtype: "float32" }, { name: "dense/bias", shape: [3], dtype: "float32" }];
  const json = {
    modelTopology: { keras_version: "2.15.0", model_config: { class_name: "Sequential", config: { name: "grey", layers } } },
    weightsManifest: [{ paths: ["weights.bin"], weights }],
  };
  return { "model.json": JSON.stringify(json), "weights.bin": Buffer.from(new Float32Array([-4, 0, 4, 2, 0, -2]).buffer) };
}

test("the classes of a network of grey pictures without names get them, which go into predictions and files", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "nameless" });
  const { page } = tab;
  const grey = (level) => png({ width: 32, height: 32, channels: 3, value: () => level });
  const files = folder(t, { ...nameless(), "white.png": grey(255), "black.png": grey(0) });
  const best = async () => {
    const answers = await tab.predict([join(files, "white.png"), join(files, "black.png")]);
    return ["white.png", "black.png"].map((name) => answers[name][0][0]);
  };
  assert.ok(await page.isHidden("#class-names"));
  await tab.set({ device: "cpu" });
  await page.setInputFiles("#open-model", [join(files, "model.json"), join(files, "weights.bin")]);
  await page.locator("#model-info").filter({ hasText: "class 1" }).waitFor();
  assert.ok(await page.isHidden("#pixels"), "the network scales its pixels itself");
  assert.deepEqual(await best(), ["class 3", "class 1"]);

  await page.fill("#class-names-text", "night\nday\n");
  await page.click("#name-classes");
  assert.equal(await tab.error(), "The names that you gave: 2; the classes of the network: 3. Write one name on each line, and one for each class.");
  assert.deepEqual(await best(), ["class 3", "class 1"]);
  await page.fill("#class-names-text", "night\r\n\n <b>dusk</b> \nday\n");
  await page.click("#name-classes");
  await page.locator("#model-info").filter({ hasText: "(night, <b>dusk</b> and day)" }).waitFor();
  assert.ok(await page.isHidden("#error"));
  assert.equal(await page.locator("#predictions > *").count(), 0, "answers with the old names are gone");
  assert.deepEqual(await best(), ["day", "night"]);

  const saved = { "net.tabfit": await tab.download("#save-model"), "net.zip": await tab.download("[data-export=keras-file]") };
  for (const [name, bytes] of Object.entries(saved)) {
    await tab.reload();
    await tab.set({ device: "cpu" });
    await page.setInputFiles("#open-model", join(folder(t, { [name]: bytes }), name));
    await page.locator("#model-info").filter({ hasText: "(night, <b>dusk</b> and day)" }).waitFor();
    assert.ok(await page.isHidden("#class-names"), name);
    assert.deepEqual(await best(), ["day", "night"], name);
  }
});

test("a network from a file is evaluated on a test part, and without one a sentence says what is missing", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "opened-network" });
  const { page } = tab;
  const note = (text) => page.locator("#study-note").filter({ hasText: text }).waitFor();
  const withTest = folder(t, splitShapes(12, 6));
  const withoutTest = folder(t, shapes({ each: 9, seed: 4 }));
  await tab.set({ "image-size": 32 });
  await tab.pick(withTest);
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 2, "batch-size": 8, "validation-split": 0.25 });
  await tab.fit();
  await page.click("#study > summary");
  await page.locator("#study-scores tbody tr").first().waitFor();
  const accuracy = await tab.text("#test-accuracy");
  const scores = await tab.rows("#study-scores");
  const file = join(folder(t, { "net.tabfit": await tab.download("#save-model") }), "net.tabfit");
  const openFile = async () => {
    await page.setInputFiles("#open-model", file);
    await tab.reach(["done"]);
    await page.locator("#model-info").filter({ hasText: "3 classes" }).waitFor();
  };

  // In the visit of the run, with its pictures: nothing of the run counts for the file, and the test part is scored on demand.
  await openFile();
  await note("This network has not been scored on these pictures yet.");
  assert.ok(await page.locator(".study > .study-views").isHidden(), "no number of the network before is left");
  assert.deepEqual(await page.locator("#study-part option").evaluateAll((options) => options.map(({ value }) => value)), ["test"], "what was held out is not in the file");
  await page.click("#study-begin");
  await page.locator("#study-scores tbody tr").first().waitFor();
  assert.deepEqual(await tab.rows("#study-scores"), scores, "the same network, the same numbers and intervals");

  // With a folder without a test part there is nothing to say, and nothing is said.
  await tab.pick(withoutTest);
  await note(NOTHING);
  assert.ok(await page.locator(".study-choice").isHidden() && await page.locator(".study > .study-views").isHidden());
  assert.ok(await page.isHidden("#score"));
  const report = JSON.parse(String(await tab.download("[data-report=json]")));
  assert.equal(report.evaluation.test.unknown, "The folder has no test part.");
  assert.equal(report.evaluation.validation.unknown, "No validation pictures were held out.");

  // In a visit of its own: first the network alone, then the pictures.
  await tab.reload();
  await tab.set({ device: "cpu", "image-size": 32 });
  await openFile();
  await page.click("#study > summary");
  await note("Pick pictures first: a folder with a test part, or the one that the network was trained on.");
  await tab.pick(withoutTest);
  await note(NOTHING);
  await tab.pick(withTest);
  await note("This network has not been scored on these pictures yet.");
  await page.click("#study-begin");
  await page.locator("#study-scores tbody tr").first().waitFor();
  assert.deepEqual(await tab.rows("#study-scores"), scores);
  assert.equal((await tab.rows("#study-scores"))[0][1], accuracy);

  // Pictures of other classes are refused in words.
  const { stripes, ...others } = { stripes: null, ...splitShapes(8, 4) };
  await tab.pick(folder(t, Object.fromEntries(Object.entries(others).filter(([path]) => !path.includes("stripes")))));
  await note("This network has not been scored on these pictures yet.");
  await page.click("#study-begin");
  assert.match(await tab.error(), /class/);
  await note("Not evaluated.");
});
