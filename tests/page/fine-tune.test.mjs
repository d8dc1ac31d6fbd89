/** A saved network learns new classes, with a new head and with frozen layers. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { tensors } from "./safetensors.mjs";
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
