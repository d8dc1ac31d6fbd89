/** A drop of very many files. It measures how long the page is busy at a time, so that it runs alone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes, under } from "./fixtures.mjs";
import { open, shown } from "./folder-page.mjs";

test("a drop of 130,000 files keeps the page awake", { timeout: 10 * 60_000 }, async (t) => {
  const tab = await open(t, "130,000 files");
  const notes = Object.fromEntries([...Array(130_000).keys()].map((i) => [`pets/notes/${i}.txt`, ""]));
  const disk = folder(t, { ...under("pets", shapes({ kinds: ["disc", "frame"], each: 5 })), ...notes });
  await tab.page.evaluate(() => {
    globalThis.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (globalThis.longest = Math.max(globalThis.longest, duration))))
      .observe({ type: "longtask", buffered: true });
  });
  await tab.drop(disk);
  await tab.reach(["ready"], 400);
  assert.deepEqual(await shown(tab), ["disc 5 – –", "frame 5 – –"]);
  assert.equal(await tab.text("#skipped-count"), "130,000 files skipped");
  assert.equal(await tab.page.locator("#skipped li").count(), 100);
  assert.match(await tab.page.locator("#skipped li").last().textContent(), /is not a picture by its name \(and 129900 more\)$/);
  const longest = await tab.page.evaluate(() => globalThis.longest);
  t.diagnostic(`the longest task took ${longest} ms`);
  assert.ok(longest < 200, `a task of the page took ${longest} ms`);
});
