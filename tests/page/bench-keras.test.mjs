/** Native Keras in the bench: the same network, weights and pictures as tabfit, whose losses it must have. */

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Browser } from "../../bench/browser.mjs";
import { CONTENDERS } from "../../bench/contenders.mjs";
import { effort } from "../../bench/effort.mjs";
import { findKeras } from "../../bench/keras-realm.mjs";
import { measureCase } from "../../bench/measure.mjs";
import { writeInputs } from "../../bench/write-inputs.mjs";
import { ROOT } from "./chromium.mjs";
import { serve } from "./server.mjs";

const MINUTES = 60_000;
/** Pictures as small as the network allows: what is asked is whether the numbers agree. */
const SIZE = { name: "16x4", imageSize: 16, batchSize: 4 };
const NAMES = ["tabfit-cpu", "tabfit-cpu, all threads", "keras-native", "keras-native, one thread"];

test("Keras has tabfit's losses, on all threads and on one", { skip: findKeras().missing ?? false, timeout: 5 * MINUTES }, async () => {
  const inputs = mkdtempSync(join(tmpdir(), "tabfit-bench-test-"));
  const server = await serve({ "/": join(ROOT, "dist"), "/bench/": join(ROOT, "bench"), "/inputs/": inputs });
  const browser = await Browser.open(server.url);
  after(async () => {
    await browser.close();
    await server.close();
  });
  const [size] = await writeInputs(inputs, browser, [SIZE]);
  const run = { host: browser, inputs, peaks: { gpu: null, thread: 1e9 }, effort: { ...effort(true), roundMs: 1, threadsRoundMs: 1, rounds: 1 }, deadline: Infinity };
  const lines = CONTENDERS.filter(({ name }) => NAMES.includes(name));
  const rows = await measureCase(run, lines.map((line) => ({ line, skip: null })), size);

  assert.deepEqual(rows.map(({ contender }) => contender), NAMES);
  for (const { contender, error, checked, deviation, threads } of rows) {
    assert.equal(error, null, contender);
    assert.equal(checked, 10, contender);
    assert.ok(deviation <= 1e-3, `${contender}: ${deviation}`);
    if (contender.endsWith("one thread")) assert.equal(threads, 1);
  }
  assert.equal(rows[1].threads, rows[2].threads, "tabfit and Keras have as many threads when they have all");
});
