/** The limits of a run: what it takes is said before it, what does not fit is refused, and what fails all the same loses nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes, SLOW } from "./fixtures.mjs";
import { openPage, TINY_LAYERS } from "./trainer-page.mjs";
import { wasmMegabytesByThread } from "./wasm-memory.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const SECOND = 1000;

/** The sentence above Fit, once it says this about the settings as they are. */
async function estimate(tab, words) {
  await tab.page.locator("#estimate").filter({ hasText: words }).waitFor({ timeout: 60 * SECOND });
  return tab.text("#estimate");
}

for (const { preset, size, batch, each, threads, quick } of [
  { preset: "bench", size: 64, batch: 64, each: 60, threads: 1 },
  { preset: "bench", size: 128, batch: 32, each: 20, threads: 2, quick: true },
  { preset: "mobilenet", size: 96, batch: 32, each: 12, threads: 1, quick: true },
  { preset: "resnet", size: 96, batch: 32, each: 12, threads: 1 },
  { preset: "tutorial3", size: 64, batch: 16, each: 12, threads: 1 },
]) {
  test(`the memory of ${preset} with ${size} pixels and ${threads} threads is foretold`, { ...TIMEOUT, ...(quick ? {} : SLOW) }, async (t) => {
    const tab = await openPage(t, { log: `limits-${preset}-${threads}` });
    await tab.set({ "image-size": size });
    await tab.pick(folder(t, shapes({ each })));
    await tab.set({ device: "cpu", preset, threads, "batch-size": batch, epochs: 1, "validation-split": 0 });
    const foretold = Number(/about ([\d.]+) MB of/.exec(await estimate(tab, "The run needs"))[1]);
    await tab.fit(300);
    const taken = Math.max(...await wasmMegabytesByThread(tab.page));
    t.diagnostic(`${foretold} MB were foretold, ${taken.toFixed(0)} MB were taken`);
    // How much memory a thread takes from the browser depends a little on when the other one answers.
    assert.ok(foretold > 0.85 * taken && foretold < (threads === 1 ? 1.6 : 2) * taken);
  });
}

test("a run that does not fit into a tab is refused before its first step", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "limits-refused" });
  await tab.set({ "image-size": 224 });
  await tab.pick(folder(t, shapes({ each: 130 })));
  await tab.set({ device: "cpu", preset: "bench", threads: 1, "batch-size": 390, epochs: 1, "validation-split": 0 });
  const sentence = await estimate(tab, "does not fit");
  t.diagnostic(sentence);
  const [, least] = /^The run does not fit: it needs about [\d.]+ GB of the 4\.3 GB that this tab can have\. Choose batches of at most (\d+), smaller pictures or a smaller network\.$/.exec(sentence);
  await tab.screenshot("limits-refused");
  await tab.page.click("#fit");
  assert.match(await tab.error(), new RegExp(`batch.*390 needs about \\d+ MB of memory but a tab has 4294 MB; use batches of at most ${least}, smaller pictures or a smaller network`, "i"));
  assert.equal(await tab.state(), "ready", "the pictures are still there");
  await tab.set({ layers: TINY_LAYERS(3), "batch-size": 32 });
  await tab.fit();
});

test("when the memory of the tab runs out, the page says so, and pictures and kept networks stay", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "limits-memory", expected: /unreachable|memory/i });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 16 })));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), threads: 1, epochs: 1 });
  await tab.fit();
  // Takes all that a tab can have, without touching it.
  await tab.worker.evaluate(async () => {
    const { default: init } = await import("/cpu/tabfit.js");
    const { memory } = await init();
    for (let pages = 16384; pages >= 1;) {
      try {
        memory.grow(pages);
      } catch {
        pages = Math.floor(pages / 2);
      }
    }
  });
  await tab.set({ preset: "bench", "batch-size": 48 });
  await tab.page.click("#fit");
  const sentence = await tab.error();
  t.diagnostic(sentence);
  assert.match(sentence, /The memory of this tab ran out, which may use 4 GB; choose smaller batches, smaller pictures or a smaller network/);
  await tab.screenshot("limits-memory");
  assert.equal(await tab.page.locator("#kept-networks li").count(), 1);
  await tab.reach(["ready", "done"]);
  await tab.set({ layers: TINY_LAYERS(3), "batch-size": 8 });
  await tab.fit();
});

test("a run without progress is told of, and of what is kept", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "limits-progress" });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 16 })));
  await tab.set({ device: "cpu", layers: TINY_LAYERS(3), threads: 1, epochs: 6 });
  await tab.holdAt(2); // the trainer stands still, and the page does not know
  await tab.page.clock.install();
  await tab.start(2);
  await tab.page.clock.runFor(25 * SECOND);
  assert.equal(await tab.text("#trouble"), "");
  await tab.page.clock.runFor(100 * SECOND);
  assert.match(await tab.text("#trouble"), /^There has been no progress for \d+ s: a thread or the GPU does not answer\. What was trained up to epoch 2 is kept\. Press Stop, and once more if it stays without an answer\.$/);
  await tab.holdAt(Infinity);
  await tab.reach(["done"]);
  assert.equal(await tab.text("#trouble"), "", "the run went on");
  assert.equal((await tab.history()).length, 6);
});

// A headless browser freezes nothing: neither the timers of the page nor the trainer stop there. So the page's thread is
// kept busy, as it is while a browser has it frozen and the trainer's messages wait.
test("a page that stands still for some seconds catches up, and the run is as if nothing had been", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "limits-frozen" });
  await tab.set({ "image-size": 64 });
  await tab.pick(folder(t, shapes({ each: 32 })));
  await tab.set({ device: "cpu", preset: "bench", threads: 1, epochs: 4, seed: 5 });
  await tab.fit();
  const expected = await tab.exactHistory();
  await tab.start(1);
  const rows = await tab.page.evaluate((milliseconds) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return document.querySelectorAll("#history-table tbody tr").length;
  }, 8 * SECOND);
  assert.ok(rows < 4, `${rows} epochs are shown by a page that stood still`);
  await tab.reach(["done"], 120);
  assert.deepEqual(await tab.exactHistory(), expected);
});
