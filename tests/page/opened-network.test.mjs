/** The evaluation of a network that was opened from a file: on pictures that it may be asked about, or a sentence that says why not. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes, splitShapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
const NOTHING = "There are no pictures that this network has not learnt from: pick a folder with a test part, or hold out validation pictures and fit.";

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
