/** A single step of a paused run, and what it did. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };

/** 18 of the 24 pictures train in batches of 5, so an epoch has four steps. */
async function open(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 8 })));
  const layers = [...TINY_LAYERS(3).slice(0, -1), { type: "Dropout", rate: 0.2 }, ...TINY_LAYERS(3).slice(-1)];
  await tab.set({ device: "cpu", layers, epochs: 4, "batch-size": 5, "validation-split": 0.25 });
  return tab;
}

/** Runs one step, and returns the title of what it did. */
async function step(tab, title) {
  await tab.page.click("#one-step");
  await tab.page.locator("#step-look-title").filter({ hasText: title }).waitFor({ timeout: 60_000 });
  assert.equal(await tab.state(), "paused");
}

test("one step runs, tells what it did, and the run waits again; no number depends on it", TIMEOUT, async (t) => {
  const tab = await open(t, "one-step");
  await tab.fit();
  const plain = await tab.exactHistory();

  await tab.holdAt(2);
  await tab.start(2);
  assert.ok(await tab.page.isHidden("#one-step"));
  await tab.page.click("#pause");
  await tab.reach(["paused"]);
  await step(tab, "What step 1 of epoch 3 did");
  assert.match(await tab.text("#step-look-text"), /^Its 5 pictures had a loss of \d+\.\d{3} before it; the learning rate was 0\.001\.$/);
  assert.equal(await tab.text("#epoch-text"), "Epoch 3 of 4 · step 1 of 4");
  assert.equal(await tab.page.locator("#step-look-pictures canvas").count(), 5);
  const classes = await tab.page.locator("#step-look-pictures span").allTextContents();
  assert.ok(classes.every((name) => ["disc", "frame", "stripes"].includes(name)), classes.join());
  const rows = await tab.rows("#step-look-layers");
  assert.deepEqual(rows.map(([name]) => name), ["conv2d", "conv2d_1", "dense", "dense_1"]);
  for (const [name, ...numbers] of rows) assert.ok(numbers.every((number) => Number(number) > 0), `${name}: ${numbers}`);
  await tab.screenshot("one-step");
  await step(tab, "What step 2 of epoch 3 did");
  assert.equal(await tab.page.locator("#history-table tbody tr").count(), 2);

  await tab.holdAt(9); // later than its end
  await tab.page.click("#resume");
  await tab.reach(["done"], 60);
  assert.deepEqual(await tab.exactHistory(), plain);
  assert.ok(await tab.page.isHidden("#one-step"));
  assert.match((await tab.send({ type: "one-step" })).message, /No run is paused/);
  await tab.fit();
  assert.ok(await tab.page.isHidden("#step-look"), "the run that goes on, and the next one, show no single step");
});

test("a change made between two single steps holds from the second one on", TIMEOUT, async (t) => {
  const tab = await open(t, "one-step-steer");
  await tab.holdAt(1);
  await tab.start(1);
  await tab.page.click("#pause");
  await tab.reach(["paused"]);
  await step(tab, "What step 1 of epoch 2 did");
  await tab.page.locator("#steer").evaluate((group) => (group.open = true)); // it stays open from run to run
  await tab.page.fill("#steer-rate", "0.25");
  await tab.page.press("#steer-rate", "Enter");
  await tab.page.locator("#steer-note").filter({ hasText: "from the next step on" }).waitFor();
  await step(tab, "What step 2 of epoch 2 did");
  assert.match(await tab.text("#step-look-text"), /the learning rate was 0\.25\.$/);
  const told = tab.page.locator("#notes li").filter({ hasText: "Epoch 2, after step 1: the learning rate was changed from 0.001 to 0.25." });
  await told.waitFor();
  await tab.page.click("#stop");
  await tab.reach(["done"], 60);
});
