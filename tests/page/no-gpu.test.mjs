/** A browser without a GPU, and a GPU that is lost during a run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const SETTINGS = { layers: TINY_LAYERS(3), "batch-size": 8, "validation-split": 0.25 };

test("without WebGPU the page says so in words and trains on the CPU", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "no-webgpu", gpuFlags: [] });
  assert.ok(await tab.page.isDisabled("#device option[value=webgpu]"));
  assert.equal(await tab.page.inputValue("#device"), "cpu");
  assert.match(await tab.text("#device-note"), /WebGPU.*training runs on the processor/);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, epochs: 2 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
});

test("a GPU lost in the middle of a run leaves a sentence, the curves, and a CPU that still trains", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "lost-gpu", expected: /\[cubecl|\[wgpu|GPU|Instance reference|device/i });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, device: "webgpu", epochs: 500 });
  await tab.page.click("#fit");
  await tab.page.locator("#history-table tbody tr").nth(1).waitFor({ state: "attached", timeout: 120_000 });

  const session = await tab.browser.newBrowserCDPSession();
  session.send("Browser.crashGpuProcess").catch(() => {}); // the crashed process cannot answer
  assert.match(await tab.error(), /GPU/);
  await tab.reach(["done", "ready"], 60);
  assert.ok((await tab.history()).length >= 2, "the curves are kept");

  await tab.set({ device: "cpu" });
  const broken = (await tab.history()).length;
  await tab.page.click("#resume"); // the run goes on on the CPU, from its last checkpoint
  await tab.reach(["training"]);
  await tab.page.locator("#history-table tbody tr").nth(broken + 1).waitFor({ state: "attached", timeout: 120_000 });
  await tab.page.click("#stop");
  await tab.reach(["done"]);

  await tab.set({ epochs: 2 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
});
