/**
 * Storage that fails, and two tabs at once, as `storage-faults` and `two-tabs` try them in memory: here with Chromium's storage and
 * locks: sixty cases of each save, and 200 interleavings; `SEED=19 TIMES=5` tries some of them. `scripts/test.sh --long storage` runs
 * it.
 */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { generator } from "./fixtures.mjs";
import { serve } from "./server.mjs";

const TIMEOUT = { timeout: 38 * 60_000 };
const server = await serve({ "/": ROOT });
const browser = await launch();
after(() => Promise.all([browser.close(), server.close()]));
const page = await (await browser.newContext()).newPage();
page.setDefaultTimeout(0);
const problems = watch(page, "storage browser");
await page.goto(`${server.url}tests/page/faults/index.html`);
await page.waitForFunction(() => "tryAll" in window && "interleave" in window);

test("after a call of the storage that failed, the state before or after is found", TIMEOUT, async (t) => {
  let all = 0;
  for (const save of await page.evaluate(() => window.saves())) {
    const { calls, cases, failures } = await page.evaluate(([save, most]) => window.tryAll(save, { most }), [save, 60]);
    all += cases;
    t.diagnostic(`${save}: ${calls} calls of the storage, ${cases} times one failed`);
    assert.deepEqual(failures.slice(0, 3), [], `${save}: ${failures.length} failures`);
  }
  t.diagnostic(`${all} times a call failed`);
  assert.deepEqual(problems, []);
});

test("two tabs at once lose nothing", TIMEOUT, async (t) => {
  const [times, begin] = [Number(process.env.TIMES ?? 200), Number(process.env.SEED ?? 1)];
  for (let seed = begin; seed < begin + times; seed++) {
    const random = generator(seed);
    const { failures } = await page.evaluate((numbers) => window.interleave(numbers), Array.from({ length: 200 }, random));
    assert.deepEqual(failures, [], `seed ${seed}`);
  }
  t.diagnostic(`${times} interleavings, from seed ${begin} on`);
  assert.deepEqual(problems, []);
});
