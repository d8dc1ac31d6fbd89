/** What a tab keeps in memory: nothing of the runs before the last one. */

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
