/** What a tab keeps in memory: nothing of the runs before the last one, and nothing of a folder once another one is opened. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";
import { wasmMegabytes } from "./wasm-memory.mjs";

const TIMEOUT = { timeout: 8 * 60_000 };

test("after 30 fits a tab has at most a tenth more memory than after 5", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "memory-fits" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 16 })));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), epochs: 2, "validation-split": 0.25, "early-stopping": true });
  const megabytes = [];
  for (let fit = 1; fit <= 30; fit++) {
    await tab.fit();
    megabytes[fit] = await wasmMegabytes(tab.page);
  }
  t.diagnostic(`${megabytes[5].toFixed(1)} MB after 5 fits, ${megabytes[30].toFixed(1)} MB after 30`);
  assert.ok(megabytes[30] <= 1.1 * megabytes[5], `${megabytes}`);
});

test("a folder is not kept when another one is opened", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "memory-folders" });
  const pictures = folder(t, shapes({ each: 130 }));
  const fewer = folder(t, shapes({ each: 110 })); // fits where the first folder was, whatever else has found room there since
  const megabytes = 390 * 224 * 224 * 3 / 1e6;
  await tab.set({ "image-size": 224 });
  await tab.pick(pictures);
  const layers = [{ type: "MaxPooling2D", poolSize: 56 }, { type: "Flatten" }, { type: "Dense", units: 3, activation: "softmax" }];
  await tab.set({ device: "cpu", layers, epochs: 1, threads: 1 });
  await tab.fit();
  const one = await wasmMegabytes(tab.page);
  await tab.pick(pictures);
  const two = await wasmMegabytes(tab.page); // while a folder is read, the one before it is still there
  await tab.pick(fewer);
  const three = await wasmMegabytes(tab.page);
  t.diagnostic(`${one.toFixed(0)} MB with a folder of ${megabytes.toFixed(0)} MB, ${two.toFixed(0)} MB after another one, ${three.toFixed(0)} MB after a third`);
  assert.ok(two < one + 1.1 * megabytes && three < two + 0.1 * megabytes, `${one}, ${two} and ${three} MB`);
});
