/** Invalid settings, and buttons pressed at a bad moment. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
/** More epochs than any machine trains before the test presses Stop. */
const ENDLESS = 100_000;
const GOOD = { device: "cpu", layers: TINY_LAYERS(3), epochs: 2, "batch-size": 8, "validation-split": 0.25, "learning-rate": 0.001 };

async function openWithShapes(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(GOOD);
  return tab;
}

const REFUSED = [
  ["an empty learning rate", { "learning-rate": "" }, /learningRate must be a number above 0, not NaN/],
  ["a learning rate below 0", { "learning-rate": -0.1 }, /learningRate must be a number above 0/],
  ["0 epochs", { epochs: 0 }, /epochs must be a whole number from 1/],
  ["half an epoch", { epochs: 1.5 }, /epochs must be a whole number/],
  ["a batch size of 0", { "batch-size": 0 }, /batchSize must be a whole number from 1/],
  ["a validation share of 1", { "validation-split": 1 }, /validationSplit must be from 0 to below 1/],
];

/** Settings in closed groups, whose fields are shown only after a choice is made. */
const REFUSED_INSIDE = [
  ["a patience that is no number", { "early-stopping": true }, "early-stopping-patience", "", /patience of EarlyStopping must be .* not NaN/],
  ["a factor of 1", { "reduce-lr": true }, "reduce-lr-factor", 1, /factor of ReduceLROnPlateau must be above 0 and below 1/],
  ["a cut of gradients to 0", { clipping: "clipvalue" }, "clip", 0, /clipvalue must be/],
  ["a decay over 0 steps", { schedule: "ExponentialDecay" }, "decay-steps", 0, /decaySteps must be a number above 0/],
  ["a focal factor of 0", { loss: "CategoricalFocalCrossentropy" }, "focal-alpha", 0, /alpha of the focal loss must be above 0/],
  ["a class that counts less than nothing", { "class-weight": "own", "class-weight-0": -1 }, "class-weight", "own", /classWeight of "disc" must be/],
];

test("a refused setting in a closed group opens it", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "refused-inside");
  for (const [what, choices, field, value, sentence] of REFUSED_INSIDE) {
    await t.test(what, async () => {
      await tab.set({ ...choices, [field]: value });
      await tab.page.evaluate(() => document.querySelectorAll("#settings details").forEach((group) => (group.open = false)));
      await tab.page.click("#fit");
      assert.match(await tab.error(), sentence);
      assert.equal(await tab.page.evaluate(() => document.activeElement.id), field);
      assert.ok(await tab.page.isVisible(`#${field}`));
      await tab.page.evaluate(() => document.querySelector("#run-form").reset());
      await tab.set(GOOD);
    });
  }
});

test("a refused setting is named, focused, and leaves the last run on show", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "refused-settings");
  await tab.fit();
  const history = await tab.history();
  assert.equal(history.length, 2);
  for (const [what, wrong, sentence] of REFUSED) {
    await t.test(what, async () => {
      const [field] = Object.keys(wrong);
      await tab.set(wrong);
      await tab.page.click("#fit");
      assert.match(await tab.error(), sentence);
      assert.equal(await tab.page.evaluate(() => document.activeElement.id), field);
      assert.deepEqual(await tab.history(), history);
      await tab.set({ [field]: GOOD[field] });
    });
  }
  await tab.fit();
  assert.deepEqual(await tab.history(), history, "with good settings again, the same run");
});

test("layers that are no JSON, or do not fit, are refused with the layer's name", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "refused-layers");
  const problem = tab.page.locator("#model-error");
  await tab.set({ layers: "[{]" });
  await problem.filter({ hasText: "not valid JSON" }).waitFor({ timeout: 10_000 });
  await tab.page.click("#fit");
  assert.match(await tab.error(), /not valid JSON/);

  const tooDeep = Array.from({ length: 6 }, () => ({ type: "MaxPooling2D", name: "shrink" }));
  await tab.set({ layers: [...tooDeep, ...TINY_LAYERS(3)] });
  await problem.filter({ hasText: /Layer "/ }).waitFor({ timeout: 10_000 });
  await tab.set({ layers: GOOD.layers });
  await problem.waitFor({ state: "hidden", timeout: 10_000 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
});

test("a batch larger than the set is one step", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "large-batch");
  await tab.set({ "batch-size": 500, epochs: ENDLESS });
  const step = tab.page.locator("#epoch-text").filter({ hasText: "step 1 of 1" }).waitFor({ timeout: 60_000 });
  await tab.page.click("#fit");
  await step;
  await tab.page.click("#stop");
  await tab.reach(["done"]);
  assert.ok((await tab.history()).length > 0);
});

test("Stop in the first step ends the run at once, and the next run works", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "early-stop");
  await tab.set({ epochs: 500 });
  await tab.page.evaluate(() => {
    for (const id of ["fit", "stop"]) document.getElementById(id).click(); // before any step can end
  });
  await tab.reach(["done", "ready"], 20);
  assert.equal((await tab.history()).length, 0, "no epoch was finished");
  assert.equal(await tab.text("#error"), "");
  await tab.set({ epochs: 2 });
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
});

test("Pause holds the run between steps, and Resume goes on", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "pause");
  await tab.set({ epochs: ENDLESS });
  await tab.start(1);
  await tab.page.click("#pause");
  await tab.reach(["paused"]);
  await tab.page.waitForTimeout(1000); // the current step may still end
  const held = (await tab.history()).length;
  await tab.page.waitForTimeout(2000);
  assert.equal((await tab.history()).length, held, "a paused run stands still");
  await tab.page.click("#resume");
  await tab.page.locator("#history-table tbody tr").nth(held + 1).waitFor({ state: "attached", timeout: 60_000 });
  await tab.page.click("#stop");
  await tab.reach(["done"], 120);
});

test("a second fit while one runs is refused, and the first goes on", TIMEOUT, async (t) => {
  const tab = await openWithShapes(t, "two-fits");
  await tab.set({ epochs: ENDLESS });
  await tab.page.dblclick("#fit"); // the second click must do nothing
  await tab.reach(["training"]);
  const config = { device: "cpu", model: { preset: "small" }, compile: { optimizer: { type: "adam" } }, fit: { epochs: 1 } };
  const second = await tab.send({ type: "fit", config });
  assert.equal(second.name, "BusyError");
  assert.match(second.message, /busy/);
  const seen = (await tab.history()).length;
  await tab.page.locator("#history-table tbody tr").nth(seen + 1).waitFor({ state: "attached", timeout: 60_000 });
  await tab.page.click("#stop");
  await tab.reach(["done"], 120);
});
