/**
 * Storage that fails, and two tabs at once, as `storage-faults` and `two-tabs` try them in memory: here with Chromium's storage and
 * locks: sixty cases of each save, with `TABFIT_TEST_LONG` also every call that never answers, and 200 interleavings; `SEED=19 TIMES=5`
 * tries some of them. `scripts/test.sh --long storage` runs it. `FAULTS=20` tries fewer cases of each save.
 */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { generator, LONG } from "./fixtures.mjs";
import { serve } from "./server.mjs";
import { counted } from "./faults/interleave.js";

const TIMEOUT = { timeout: 38 * 60_000 };
const server = await serve({ "/": ROOT, "/www/cpu/": `${ROOT}/tests/page/faults/cpu` });
const browser = await launch();
after(() => Promise.all([browser.close(), server.close()]));
const page = await (await browser.newContext()).newPage();
page.setDefaultTimeout(0);
const problems = watch(page, "storage browser");
await page.goto(`${server.url}tests/page/faults/index.html`);
await page.waitForFunction(() => "tryAll" in window && "interleave" in window);

test("after a call of the storage that failed, the state before or after is found", TIMEOUT, async (t) => {
  let all = 0;
  const most = Number(process.env.FAULTS ?? 60);
  for (const save of await page.evaluate(() => window.saves())) {
    for (const options of [{ most }, ...(LONG ? [{ ways: ["silent"] }] : [])]) {
      const begun = performance.now();
      const { calls, cases, failures } = await page.evaluate(([save, options]) => window.tryAll(save, options), [save, options]);
      all += cases;
      const how = options.ways ? "every call that can never answer did not" : "evenly chosen";
      t.diagnostic(`${save}: ${calls} calls of the storage, ${cases} times one failed (${how}), ${Math.round((performance.now() - begun) / 1000)} s`);
      assert.deepEqual(failures.slice(0, 3), [], `${save}: ${failures.length} failures`);
    }
  }
  t.diagnostic(`${all} times a call failed`);
  assert.deepEqual(problems, []);
});

test("two tabs at once lose nothing", TIMEOUT, async (t) => {
  const took = [];
  const [times, begin] = [Number(process.env.TIMES ?? 200), Number(process.env.SEED ?? 1)];
  for (let seed = begin; seed < begin + times; seed++) {
    const random = generator(seed);
    const found = await page.evaluate((numbers) => window.interleave(numbers), Array.from({ length: 200 }, random));
    took.push(...found.took);
    assert.deepEqual(found.failures, [], `seed ${seed}`);
  }
  t.diagnostic(`${times} interleavings, from seed ${begin} on`);
  if (times >= 50) t.diagnostic(`acts that had an effect: ${counted(took)}`);
  assert.deepEqual(problems, []);
});
