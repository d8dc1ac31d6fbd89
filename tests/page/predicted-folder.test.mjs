/** A folder that is predicted and stopped in the middle: what is known by then is shown, and that it is not all. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, pictures, shapes } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };
/** Pictures of the folder, and of one batch of answers. */
const [ALL, BATCH] = [400, 32];

test("Stop ends the prediction of a folder, and the table shows what was predicted until then", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "predicted-folder" });
  const { page } = tab;
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 8 })));
  await tab.set({ device: "cpu", threads: 1, layers: TINY_LAYERS(3), epochs: 1, "batch-size": 8, "validation-split": 0.25 });
  await tab.fit();
  // No machine is too fast for the test: each batch of answers comes half a second later.
  await tab.worker.evaluate(async () => {
    const { Sequential } = await import("/tabfit.js");
    const { predict } = Sequential.prototype;
    Sequential.prototype.predict = async function (...given) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return predict.apply(this, given);
    };
  });
  const root = folder(t, { ...pictures(ALL - 1, [90, 120, 60]), "999.png": "no picture" }, "new");
  await page.click("#predict-folder > summary");
  await page.locator("#predict-folder-input").setInputFiles(root);
  await page.waitForFunction(([least, all]) => {
    const [, done] = /^(\d+) of (\d+) pictures predicted$/.exec(document.querySelector("#predict-folder-note").innerText) ?? [];
    return Number(done) >= least && Number(done) < all;
  }, [2 * BATCH, ALL], { polling: 50, timeout: 60_000 });
  assert.ok(await page.isVisible("#predict-folder-progress"));
  assert.ok(await page.isDisabled("#predict-folder-input"), "one folder after the other");
  await page.click("#predict-folder-stop");
  await page.locator("#predict-folder-note").filter({ hasText: /^Stopped: \d+ pictures predicted until then, \d+ of them unlike the training pictures; 0 could not be read\.$/ }).waitFor();
  const [, text] = /Stopped: (\d+) pictures/.exec(await tab.text("#predict-folder-note"));
  const known = Number(text);
  assert.ok(known >= 2 * BATCH && known < ALL && known % BATCH === 0, `${known} of ${ALL}`);
  assert.ok(await page.isHidden("#predict-folder-stop") && await page.isHidden("#predict-folder-progress"));

  // All that is known is in the table, a page at a time, and in the CSV.
  const rows = await tab.rows("#predicted");
  assert.equal(rows.length, 50);
  assert.ok(rows.every(([, said, probability]) => ["disc", "frame", "stripes"].includes(said) && /^\d+\.\d %$/.test(probability)), JSON.stringify(rows[0]));
  assert.ok((await tab.text("#predict-folder .study")).includes(`1 to 50 of ${known}`));
  const csv = String(await tab.download("#predict-folder-csv")).trim().split("\r\n");
  assert.equal(csv.length, 1 + known);

  assert.equal(await tab.state(), "done");
  assert.equal((await tab.predict(`${root}/0.png`))["0.png"].length, 3, "the network is free again");
});
