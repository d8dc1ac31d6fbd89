/** Two hundred runs in the browser's storage: the page opens as fast as without them, and they are listed at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openRuns, runNames, storeRuns } from "./runs-page.mjs";
import { openPage } from "./trainer-page.mjs";

const RUNS = 200;
const REPEATS = 3;

/** Milliseconds from a reload until the page can be used, and until it knows what is kept: the least of some. */
async function opening(tab) {
  const times = [];
  for (let i = 0; i < REPEATS; i++) {
    const began = performance.now();
    await tab.page.reload();
    await tab.page.locator("#status").filter({ hasText: "Ready" }).waitFor();
    const usable = performance.now() - began;
    await tab.send({ type: "stored" });
    times.push([usable, performance.now() - began]);
  }
  return [0, 1].map((part) => Math.min(...times.map((time) => time[part])));
}

test(`${RUNS} runs in the storage do not delay the page`, { timeout: 4 * 60_000 }, async (t) => {
  const tab = await openPage(t, { log: "runs many" });
  const empty = await opening(tab);
  await storeRuns(tab, Array.from({ length: RUNS }, (_, i) => (i % 4 ? {} : { best: undefined }))); // a quarter as older versions wrote them
  const full = await opening(tab);
  const [usable, known] = full.map((time, i) => time - empty[i]);
  t.diagnostic(`usable after ${empty[0].toFixed()} ms, with ${RUNS} runs ${full[0].toFixed()} ms; what is kept is known after ${empty[1].toFixed()} and ${full[1].toFixed()} ms`);
  assert.ok(usable < 250, `the page opens ${usable} ms later`);
  assert.ok(known < 700, `what is kept is known ${known} ms later`);

  const began = performance.now();
  await openRuns(tab, RUNS);
  const listing = performance.now() - began;
  t.diagnostic(`the table shows them after ${listing.toFixed()} ms`);
  assert.ok(listing < 3000, `the table took ${listing} ms`);
  const names = await runNames(tab);
  assert.equal(names[0], `run ${RUNS - 1}`);
  const sorting = await tab.page.evaluate(() => {
    const began = performance.now();
    document.querySelector("[data-column=best] button").click();
    document.body.offsetHeight;
    return performance.now() - began;
  });
  t.diagnostic(`sorted in ${sorting.toFixed()} ms`);
  assert.ok(sorting < 500, `sorting took ${sorting} ms`);
});
