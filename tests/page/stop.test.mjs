/** Stop and Pause: they are heard within a second, or after the one step that is running, whatever the run is doing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 5 * 60_000 };
const SECOND = 1000;
/** At rest an answer takes a fraction of a second; on a busy machine it takes longer, but never as long as the validation. */
const AN_ANSWER = 3 * SECOND;

/** One thread validates most of the pictures one by one, and scores them, which takes several seconds each. */
async function openWithSlowValidation(t, log) {
  const tab = await openPage(t, { log });
  await tab.set({ "image-size": 128 });
  await tab.pick(folder(t, shapes({ each: 120 })));
  await tab.set({
    device: "cpu", threads: 1, preset: "bench", epochs: 2, "batch-size": 12, "validation-split": 0.9, "validation-batch-size": 1,
  });
  return tab;
}

/** Waits until the line under the buttons says this. */
const says = (tab, words) => tab.page.locator("#epoch-text").filter({ hasText: words }).waitFor({ timeout: 120 * SECOND });

/** Presses a button, and says what the status line shows at once and how long it takes until it shows something else. */
function press(tab, button) {
  return tab.page.evaluate(async (id) => {
    const status = document.querySelector("#status");
    const before = performance.now();
    document.getElementById(id).click();
    const atOnce = status.textContent;
    while (status.textContent === atOnce) await new Promise((resolve) => setTimeout(resolve, 10));
    return { atOnce, waited: performance.now() - before, then: status.textContent };
  }, button);
}

/** What `#epoch-text` says once it has not changed for a second: the last line before a pause may still be on its way. */
async function standsStill(tab) {
  for (let seconds = 0; seconds < 10; seconds += 1) {
    const before = await tab.text("#epoch-text");
    await tab.page.waitForTimeout(SECOND);
    if ((await tab.text("#epoch-text")) === before) return before;
  }
  throw new Error("a paused validation goes on");
}

test("Pause and Stop are heard during validation, and the run can go on", TIMEOUT, async (t) => {
  const tab = await openWithSlowValidation(t, "stop-validation");
  await tab.page.click("#fit");
  await says(tab, "Validation · step");
  const paused = await press(tab, "pause");
  assert.equal(paused.atOnce, "Pausing");
  assert.equal(paused.then, "Paused");
  assert.ok(paused.waited < AN_ANSWER, `Pause took ${paused.waited} ms`);
  const held = await standsStill(tab);
  await tab.page.click("#resume");
  await tab.page.locator("#epoch-text").filter({ hasNotText: held }).waitFor({ timeout: 30 * SECOND });

  const stopped = await press(tab, "stop");
  assert.equal(stopped.atOnce, "Stopping");
  assert.ok(stopped.waited < AN_ANSWER, `Stop took ${stopped.waited} ms`);
  await tab.reach(["done"], 5);
  assert.match(await tab.text("#epoch-text"), /Stopped by you after 0 of 2 epochs/);
  assert.equal(await tab.text("#error"), "");

  await tab.page.click("#resume");
  await tab.page.locator("#history-table tbody tr").first().waitFor({ state: "attached", timeout: 120 * SECOND });
  await tab.page.click("#stop");
  await tab.reach(["done"], 60);
  assert.equal((await tab.history())[0].epoch, 1, "the validation was done again, and the epoch ended");
});

test("the scoring after a run can be paused and ended, and asked for again", TIMEOUT, async (t) => {
  const tab = await openWithSlowValidation(t, "stop-scoring");
  await tab.set({ epochs: 1, "validation-freq": 2 });
  await tab.page.click("#fit");
  await says(tab, "Scoring · step");
  const paused = await press(tab, "pause");
  assert.deepEqual([paused.atOnce, paused.then], ["Pausing", "Paused"]);
  assert.ok(paused.waited < AN_ANSWER, `Pause took ${paused.waited} ms`); // a step of 32 pictures
  await tab.page.click("#resume");
  const stopped = await press(tab, "stop");
  assert.equal(stopped.atOnce, "Stopping");
  assert.ok(stopped.waited < AN_ANSWER, `Stop took ${stopped.waited} ms`);
  await tab.reach(["done"], 5);
  assert.match(await tab.text("#epoch-text"), /Finished after 1 of 1 epoch/);
  assert.equal(await tab.text("#error"), "");
  assert.ok(await tab.page.isHidden("#evaluation"), "there is no score");

  await tab.page.click("#score");
  await tab.page.locator("#test-accuracy").waitFor({ timeout: 120 * SECOND });
  await tab.reach(["done"], 60);
});
