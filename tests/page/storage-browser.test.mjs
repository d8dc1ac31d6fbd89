/**
 * Storage that fails, and two tabs at once, as `storage-faults` and `two-tabs` try them in memory: here with Chromium's storage and
 * locks: sixty cases of each save, with `TABFIT_TEST_LONG` also as many calls that never answer as ten minutes allow, and 200 interleavings; `SEED=19 TIMES=5`
 * tries some of them. `scripts/test.sh --long storage` runs it. `FAULTS=20 SILENT=60` tries fewer cases of each save, and
 * calls that never answer for a minute.
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

/** Beside features only what takes space is made to fail. @param {string} save */
const isPlain = (save) => !save.endsWith("beside features");

test("after a call of the storage that failed, the state before or after is found", TIMEOUT, async (t) => {
  let all = 0;
  const most = Number(process.env.FAULTS ?? 60);
  const saves = await page.evaluate(() => window.saves());
  let [silentLeft, savesLeft] = [Number(process.env.SILENT ?? 600) * 1000, saves.filter(isPlain).length];
  for (const save of saves) {
    const begun = performance.now();
    const tried = await page.evaluate(([save, most]) => window.tryAll(save, { most }), [save, most]);
    const told = [`${tried.cases} times one failed`];
    assert.deepEqual(tried.failures.slice(0, 3), [], `${save}: ${tried.failures.length} failures`);
    all += tried.cases;
    if (LONG && isPlain(save)) {
      const share = Math.max(1, Math.floor(silentLeft / savesLeft-- / (2 * (performance.now() - begun) / (tried.cases + 2))));
      const again = performance.now();
      const silent = await page.evaluate(([save, most]) => window.tryAll(save, { ways: ["silent"], most }), [save, share]);
      assert.deepEqual(silent.failures.slice(0, 3), [], `${save}: ${silent.failures.length} failures`);
      silentLeft -= performance.now() - again;
      all += silent.cases;
      told.push(`${silent.cases} of the ${silent.possible} that can stay silent did`);
    }
    t.diagnostic(`${save}: ${tried.calls} calls of the storage, ${told.join(", ")}`);
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
