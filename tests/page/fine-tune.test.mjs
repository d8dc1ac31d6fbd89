/** A saved network learns new classes, with a new head and with frozen layers. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { tensors } from "./safetensors.mjs";
import { storedFiles } from "./storage.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 4 * 60_000 };
const SETTINGS = { device: "cpu", epochs: 2, "batch-size": 8, "validation-split": 0 };

/** Opens the page with a saved network of two classes and pictures of three classes. */
async function withOpened(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ kinds: ["disc", "frame"] })));
  await tab.set({ ...SETTINGS, layers: TINY_LAYERS(2) });
  await tab.fit();
  const file = await tab.download("#save-model");
  await tab.reload();
  await tab.set({ "image-size": 64 });
  await tab.pick(folder(t, shapes()));
  await tab.page.setInputFiles("#open-model", join(folder(t, { "two.tabfit": file }), "two.tabfit"));
  await tab.page.locator("#model-info").filter({ hasText: "disc and frame" }).waitFor({ timeout: 30_000 });
  await tab.page.click("#train-on");
  await tab.page.locator("#fine-tune").waitFor({ state: "visible" });
  await tab.set(SETTINGS);
  return { tab, before: tensors(file) };
}

test("with a new head and all else frozen, only the head learns", TIMEOUT, async (t) => {
  const { tab, before } = await withOpened(t, "fine-tune head");
  assert.match(await tab.text("#head-note"), /other classes \(disc, frame and stripes\) than the network \(disc and frame\)/);
  assert.ok(await tab.page.isChecked("#replace-head"));
  await tab.page.click("#freeze-body");
  await tab.fit();
  assert.equal(await tab.text("#error"), "");
  assert.equal((await tab.history()).length, 2);
  assert.match(await tab.text("#notes"), /The first 6 layers are frozen: what they make of the 24 pictures is computed once/);
  assert.match(await tab.text("#model-info"), /3 classes apart \(disc, frame and stripes\) in pictures of 32 × 32/);
  assert.equal((await tab.rows("#class-table")).length, 3, "the pictures were read again at 32 × 32");

  const after = tensors(await tab.download("#save-model"));
  const head = Object.keys(after).filter((name) => after[name] !== before[name]);
  assert.equal(head.length, 2, `only a kernel and a bias have changed: ${head}`);
  assert.ok(Object.keys(before).length > 4);
});

test("with all layers free, every weight learns", TIMEOUT, async (t) => {
  const { tab, before } = await withOpened(t, "fine-tune all");
  await tab.page.click("#freeze-body");
  await tab.page.click("#free-all");
  await tab.fit();
  const after = tensors(await tab.download("#save-model"));
  for (const name of Object.keys(before)) assert.notEqual(after[name], before[name], `${name} has not moved`);
});

test("the last blocks learn at their own rate, and batch normalization keeps its statistics", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "fine-tune blocks" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  const frozen = { kernelSize: 3, padding: "same", trainable: false };
  const block = (i) => ({
    type: "Residual", name: `block${i}_add`,
    layers: [
      { type: "Conv2D", filters: 6, ...frozen, name: `block${i}_conv` },
      { type: "BatchNormalization", trainable: false, name: `block${i}_bn` },
    ],
  });
  const layers = [
    { type: "Rescaling", scale: 1 / 255 }, { type: "Conv2D", filters: 6, ...frozen, name: "stem_conv" }, block(1), block(2), block(3),
    { type: "Conv2D", filters: 8, ...frozen, name: "top_conv" }, { type: "GlobalAveragePooling2D" }, { type: "Dense", units: 3, activation: "softmax" },
  ];
  await tab.set({ ...SETTINGS, layers });
  await tab.fit(); // the head
  assert.match(await tab.text("#notes"), /The first \d+ layers are frozen/);
  const before = tensors(await tab.download("#save-model"));
  await tab.page.click("#train-on");
  await tab.page.locator("#fine-tune").waitFor({ state: "visible" });

  for (const wrong of [{ "last-blocks": 0 }, { "last-blocks": 1.5 }, { "last-blocks-rate": "" }]) {
    await tab.set({ "last-blocks": 2, "last-blocks-rate": 0.001, ...wrong });
    await tab.page.click("#tune-blocks");
    assert.match(await tab.error(), /blocks that learn must be a whole number|learning rate of the last blocks must be a number/);
  }
  await tab.set({ "last-blocks": 2, "last-blocks-rate": 0.001 });
  await tab.page.click("#tune-blocks");
  await tab.reach(["training", "done"]);
  await tab.reach(["done"]);
  assert.equal(await tab.text("#error"), "");
  assert.equal(await tab.page.inputValue("#learning-rate"), "0.001");
  assert.equal((await tab.history()).length, 2);
  assert.match(await tab.text("#notes"), /The first \d+ layers are frozen: what they make/);
  const after = tensors(await tab.download("#save-model"));
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]).map((name) => name.split("/")[0]);
  assert.deepEqual([...new Set(changed)].sort(), ["block2_conv", "block3_conv", "dense", "top_conv"]);
});

test("the checkpoints of a run with frozen layers do not repeat them, and it goes on after a reload", TIMEOUT, async (t) => {
  const settings = { ...SETTINGS, epochs: 6, "validation-split": 0.25 };
  const whole = await withOpened(t, "fine-tune whole");
  await whole.tab.page.click("#freeze-body");
  await whole.tab.set(settings);
  await whole.tab.fit();
  const expected = await whole.tab.exactHistory();

  const { tab } = await withOpened(t, "fine-tune reload");
  await tab.page.click("#freeze-body");
  await tab.set(settings);
  await tab.holdAt(5);
  await tab.start(3);
  await tab.page.waitForTimeout(500); // the backup of the epoch follows it
  const sizes = Object.entries(await storedFiles(tab));
  const [[, frozen]] = sizes.filter(([path]) => path.endsWith("/frozen.safetensors"));
  const slots = sizes.filter(([path]) => path.includes("/slot-"));
  assert.ok(frozen > 60_000 && slots.length > 0, JSON.stringify(sizes));
  for (const [path, size] of slots) assert.ok(size < 20_000, `${path} has ${size} bytes`);

  await tab.reload();
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.page.click("#resume");
  await tab.reach(["training", "done"]);
  await tab.reach(["done"]);
  assert.deepEqual(await tab.exactHistory(), expected);
  assert.deepEqual(Object.keys(await storedFiles(tab)).filter((path) => /slot-|frozen/.test(path)), [], "what is no longer needed is removed");
});

test("the old head on other classes is refused with a sentence, and the network stays", TIMEOUT, async (t) => {
  const { tab } = await withOpened(t, "fine-tune refused");
  await tab.set({ "replace-head": false });
  await tab.page.click("#fit");
  assert.match(await tab.error(), /classes/);
  assert.match(await tab.text("#model-info"), /disc and frame/);
  await tab.set({ "replace-head": true });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
});
