/** The result of a run: scores of each class, exports for other tools, and the settings as Keras code. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { folder, packed, shapes, splitShapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const SETTINGS = { device: "cpu", layers: TINY_LAYERS(3), "batch-size": 8, "learning-rate": 0.003 };

async function trained(t, log, pictures, settings) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, pictures));
  await tab.set({ ...SETTINGS, ...settings });
  await tab.fit();
  return tab;
}

/** A file out of an export. */
const exported = async (tab, format, name) => Buffer.from(unzipSync(await tab.download(`[data-export=${format}]`))[name]);

test("the scores of each class are those of the confusion matrix", TIMEOUT, async (t) => {
  const tab = await trained(t, "result classes", splitShapes(20, 10), { epochs: 4 });
  const matrix = await tab.confusion();
  const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);
  const near = (cell, value) => (Number.isNaN(value) ? cell === "–" : Math.abs(Number(cell) - value) <= 0.0051);
  const rows = await tab.rows("#per-class");
  assert.deepEqual(rows.map(([name]) => name), ["disc", "frame", "stripes"]);
  rows.forEach(([name, precision, recall, f1, auc, pictures], i) => {
    const [found, said, there] = [matrix[i][i], sum(matrix.map((row) => row[i])), sum(matrix[i])];
    assert.equal(Number(pictures), there);
    assert.ok(near(recall, found / there), `recall of ${name}: ${recall}`);
    if (said > 0) assert.ok(near(precision, found / said), `precision of ${name}: ${precision}`);
    if (found > 0) assert.ok(near(f1, (2 * found) / (said + there)), `F1 of ${name}: ${f1}`);
    assert.ok(Number(auc) >= 0 && Number(auc) <= 1, `AUC of ${name}: ${auc}`);
  });
  const means = await tab.page.locator("#per-class tfoot th").allTextContents();
  assert.deepEqual(means, ["Macro average", "Weighted average"]);
});

test("the network comes in the formats of other tools, several files as one archive", TIMEOUT, async (t) => {
  const tab = await trained(t, "result exports", shapes(), { epochs: 1, "validation-split": 0 });
  for (const [format, names] of [
    ["safetensors", [/\.safetensors$/]],
    ["tfjs", [/model\.json$/, /\.bin$/]],
    ["onnx", [/\.onnx$/]],
    ["tflite", [/\.tflite$/, /labels\.txt$/]],
    ["keras", [/\.py$/]],
    ["keras-file", [/\.keras$/]],
  ]) {
    await t.test(format, async () => {
      const button = `[data-export=${format}]`;
      const [download] = await Promise.all([tab.page.waitForEvent("download"), tab.page.click(button)]);
      const bytes = await tab.contentOf(download);
      assert.equal(download.suggestedFilename(), `model-${format}.zip`);
      const files = unzipSync(bytes);
      assert.match(String(Buffer.from(files["README.md"])), /^---\n# license: /, "the model card lies beside it");
      for (const name of names) {
        const found = Object.entries(files).find(([file]) => name.test(file));
        assert.ok(found, `${name} is among ${Object.keys(files)}`);
        assert.ok(found[1].length > (found[0] === "labels.txt" ? 10 : 100), found[0]);
      }
      assert.equal(await tab.text("#error"), "");
    });
  }
});

test("what is exported to safetensors, Keras, TensorFlow.js and ONNX can be opened again, and answers the same", TIMEOUT, async (t) => {
  const tab = await trained(t, "result imports", shapes(), { epochs: 2, "validation-split": 0 });
  const picture = join(folder(t, shapes({ each: 1, seed: 3 })), "frame/000.png");
  const before = await tab.predict(picture);
  for (const [format, packedWhole] of [["safetensors", false], ["safetensors", true], ["keras-file", false], ["tfjs", false], ["tfjs", true], ["onnx", true]]) {
    await t.test(`${format}${packedWhole ? " as the zip that it came in" : ""}`, async () => {
      const bytes = await tab.download(`[data-export=${format}]`);
      const files = packedWhole ? { "model.zip": bytes } : unzipSync(bytes);
      const root = folder(t, Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])));
      await tab.reload();
      await tab.set({ device: "cpu" });
      await tab.page.setInputFiles("#open-model", Object.keys(files).map((name) => join(root, name)));
      await tab.reach(["done"]);
      assert.equal(await tab.text("#error"), "");
      const after = await tab.predict(picture);
      for (const [i, [name, probability]] of before["000.png"].entries()) {
        assert.equal(after["000.png"][i][0], name);
        assert.ok(Math.abs(after["000.png"][i][1] - probability) < 1e-5);
      }
    });
  }
  await t.test("a file of Keras beside one that could name its classes, and both in a zip", async () => {
    const files = { "model.keras": await exported(tab, "keras-file", "model.keras"), "labels.txt": Buffer.from("0 x\n1 y\n2 z\n") };
    const root = folder(t, { ...files, "both.zip": packed(files) });
    for (const names of [Object.keys(files), ["both.zip"]]) {
      await tab.reload();
      await tab.set({ device: "cpu" });
      await tab.page.setInputFiles("#open-model", names.map((name) => join(root, name)));
      await tab.reach(["done"]);
      assert.equal(await tab.text("#error"), "");
      assert.deepEqual((await tab.predict(picture))["000.png"].map(([name]) => name), before["000.png"].map(([name]) => name));
    }
  });
});

test("a network that does not say what pixels it was trained on is tried on a picture, and the choice goes into its files", TIMEOUT, async (t) => {
  const layers = TINY_LAYERS(3).slice(1); // without the layer that rescales
  const tab = await trained(t, "result pixels", shapes(), { layers, epochs: 1, "validation-split": 0, "learning-rate": 0.0001 });
  assert.ok(await tab.page.isHidden("#pixels"));
  const picture = join(folder(t, shapes({ each: 1, seed: 3 })), "frame/000.png");
  const plain = await tab.predict(picture);
  const open = async (name, bytes) => {
    await tab.page.setInputFiles("#open-model", join(folder(t, { [name]: Buffer.from(bytes) }), name));
    await tab.page.locator("#status").filter({ hasText: "Done" }).waitFor();
    await tab.reach(["done"]);
  };
  const file = await exported(tab, "onnx", "model.onnx");
  await tab.reload();
  await tab.set({ device: "cpu" });
  await open("model.onnx", file);
  assert.ok(await tab.page.isVisible("#pixels"));
  assert.match(await tab.text("#pixels-hint"), /does not say what pixels/);
  const choices = ["symmetric", "unit", "torch", "caffe", "lite", "bytes"];
  for (const id of choices) assert.ok(!await tab.page.isChecked(`#pixels-${id}`), "nobody has chosen yet");
  await tab.page.setInputFiles("#pixels-picture", picture);
  await tab.page.locator("#pixels-caffe-answers li").first().waitFor();
  const answers = {};
  for (const id of choices) {
    answers[id] = await tab.page.locator(`#pixels-${id}-answers li`).allTextContents();
    assert.equal(answers[id].length, 3, id);
  }
  assert.equal(new Set(Object.values(answers).map(String)).size, 6, JSON.stringify(answers));
  const best = ([name, probability]) => `${name}, ${(probability * 100).toFixed(1)} %`;
  assert.equal(answers.bytes[0], best(plain["000.png"][0]), "trying changes nothing");
  assert.deepEqual(await tab.predict(picture), plain);

  await tab.page.check("#pixels-caffe");
  await tab.page.locator("#model-info").waitFor();
  const chosen = await tab.predict(picture);
  assert.equal(best(chosen["000.png"][0]), answers.caffe[0]);
  for (const [format, name] of [["onnx", "model.onnx"], ["tfjs", "model-tfjs.zip"], ["safetensors", "model.safetensors"]]) {
    await open(name, name.endsWith(".zip") ? await tab.download(`[data-export=${format}]`) : await exported(tab, format, name));
    assert.equal(await tab.text("#error"), "");
    assert.ok(await tab.page.isHidden("#pixels"), "the file says it");
    const again = await tab.predict(picture);
    again["000.png"].forEach(([name, probability], i) => {
      assert.equal(name, chosen["000.png"][i][0]);
      assert.ok(Math.abs(probability - chosen["000.png"][i][1]) < 1e-5);
    });
  }

  // Pixels as they are can be chosen too, and nobody is asked again.
  await open("model.onnx", file);
  assert.ok(await tab.page.isVisible("#pixels"), "trying has chosen nothing");
  await tab.page.check("#pixels-bytes");
  await tab.page.locator("#model-info").waitFor();
  for (const [format, name] of [["onnx", "model.onnx"], ["tfjs", "model-tfjs.zip"], ["safetensors", "model.safetensors"]]) {
    await open(name, name.endsWith(".zip") ? await tab.download(`[data-export=${format}]`) : await exported(tab, format, name));
    assert.ok(await tab.page.isHidden("#pixels"), "the file says it");
    const again = await tab.predict(picture);
    again["000.png"].forEach(([, probability], i) => assert.ok(Math.abs(probability - plain["000.png"][i][1]) < 1e-5));
  }

  await open("other.onnx", "This is no network.");
  assert.match(await tab.error(), /This ONNX file is cut off, damaged, or of another kind/);
});

test("the settings are copied as Keras code, and a screen reader hears of it", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "result keras" });
  await tab.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, optimizer: "sgd", momentum: 0.9, epochs: 7, "early-stopping": true });
  await tab.page.click("#copy-keras");
  await tab.page.locator("#keras-note").filter({ hasText: "Copied" }).waitFor();
  assert.equal(await tab.page.getAttribute("#keras-note", "role"), "status");
  const code = await tab.page.evaluate(() => navigator.clipboard.readText());
  assert.match(code, /import keras/);
  assert.match(code, /SGD\(/);
  assert.match(code, /momentum=0\.9/);
  assert.match(code, /epochs=7/);
  assert.match(code, /EarlyStopping\(/);
  assert.equal(await tab.page.inputValue("#keras-code"), code);
});

test("without a clipboard the code is shown and selected", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "result no clipboard" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.page.evaluate(() => (Clipboard.prototype.writeText = () => Promise.reject(new Error("not allowed"))));
  await tab.page.click("#copy-keras");
  await tab.page.locator("#keras-note").filter({ hasText: "did not allow the copy" }).waitFor();
  assert.match(await tab.page.evaluate(() => String(getSelection())), /import keras/);
});
