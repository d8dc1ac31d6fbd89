/** Two hundred runs in the browser's storage: the page opens as without them, and they are listed at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openRuns, runNames, storeRuns } from "./runs-page.mjs";
import { openPage } from "./trainer-page.mjs";

const RUNS = 200;
const REPEATS = 5;

/** Counts in the worker what takes time there: each file or folder that is opened. */
function countOpened() {
  self.opened = 0;
  for (const name of ["getFileHandle", "getDirectoryHandle"]) {
    const open = FileSystemDirectoryHandle.prototype[name];
    FileSystemDirectoryHandle.prototype[name] = function (...of) {
      self.opened += 1;
      return open.apply(this, of);
    };
  }
}

/** Milliseconds from a reload until the page can be used, and until it knows what is kept. */
async function opening(tab) {
  const began = performance.now();
  await tab.page.reload();
  await tab.page.locator("#status").filter({ hasText: "Ready" }).waitFor();
  const usable = performance.now() - began;
  await tab.send({ type: "stored" });
  return [usable, performance.now() - began];
}

const opened = (tab) => tab.worker.evaluate(() => self.opened);

test(`${RUNS} runs in the storage do not delay the page`, { timeout: 4 * 60_000 }, async (t) => {
  const [empty, full] = [await openPage(t, { log: "runs none", before: countOpened }), await openPage(t, { log: "runs many", before: countOpened })];
  await storeRuns(full, Array.from({ length: RUNS }, (_, i) => (i % 4 ? {} : { best: undefined }))); // a quarter as older versions wrote them
  const first = await opening(full);
  const looked = await opened(full);
  assert.ok(looked > RUNS, `${looked}: once, each of them is looked at`);
  const times = [[], []];
  for (let i = 0; i < REPEATS; i++) for (const [at, tab] of [empty, full].entries()) times[at].push(await opening(tab)); // in turns, for the machine does other things too
  const [without, withRuns] = times.map((all) => [0, 1].map((part) => Math.min(...all.map((time) => time[part]))));
  const opens = [await opened(empty), await opened(full)];
  t.diagnostic(`usable after ${without[0].toFixed()} ms, with ${RUNS} runs ${withRuns[0].toFixed()} ms; what is kept is known after ${without[1].toFixed()} and ${withRuns[1].toFixed()} ms, the first time after ${first[1].toFixed()} ms`);
  t.diagnostic(`files and folders opened: ${opens[0]}, with ${RUNS} runs ${opens[1]}, the first time ${looked}`);
  assert.ok(opens[1] <= opens[0] + 10, `${opens[1]} files and folders were opened, without runs ${opens[0]}`);
  assert.ok(withRuns[0] - without[0] < 500, "the page can be used as early");
  assert.ok(withRuns[1] - without[1] < 1000, "what is kept is known as early");

  const began = performance.now();
  await openRuns(full, RUNS);
  const listing = performance.now() - began;
  assert.equal((await runNames(full))[0], `run ${RUNS - 1}`);
  const sorting = await full.page.evaluate(() => {
    const began = performance.now();
    document.querySelector("[data-column=best] button").click();
    document.body.offsetHeight;
    return performance.now() - began;
  });
  t.diagnostic(`the table shows them after ${listing.toFixed()} ms, and is sorted in ${sorting.toFixed()} ms`);
  assert.ok(listing < 5000 && sorting < 1000);

  const before = await opened(full);
  await full.send({ type: "note", id: String(1_700_000_000_007), note: "a note" });
  await full.page.locator("#runs-table tbody tr").filter({ hasText: "a note" }).waitFor();
  const more = (await opened(full)) - before;
  assert.ok(more < RUNS / 2, `${more} files and folders were opened for one note`);
});
