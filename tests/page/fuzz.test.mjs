/**
 * Damaged and hostile files for every parser that is JavaScript: only its own errors come of them, in 20 seconds at most and with
 * less than 2 GB. 300 for each, and 100,000 in `scripts/test.sh --long parsers`; `FUZZ="run files/123"` tries a single one, `SEED=7` others. What
 * was found once lies in `fuzzed/corpus`, and is tried each time.
 */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { ARTIFACTS, ROOT } from "./chromium.mjs";
import { LONG } from "./fixtures.mjs";
import { FORMATS } from "./fuzzed/formats.mjs";

const COUNT = Number(process.env.COUNT ?? (LONG ? 100_000 : 300));
const SEED = Number(process.env.SEED ?? 1);
const [only, number] = process.env.FUZZ?.split("/") ?? [];
const [LONGEST_MS, MOST_BYTES] = [20_000, 2e9];
const CORPUS = join(ROOT, "tests/page/fuzzed/corpus");

const folderOf = (name) => join(CORPUS, name.replaceAll(" ", "-").replaceAll(".", ""));
const known = (name) => (existsSync(folderOf(name)) ? readdirSync(folderOf(name)).map((file) => [file, readFileSync(join(folderOf(name), file))]) : []);

/** Runs the thread of a parser to its end, or to a file that takes too long or too much. @param {string} name */
function fuzzed(name) {
  const clock = new Int32Array(new SharedArrayBuffer(8));
  const [from, to] = number ? [Number(number), Number(number) + 1] : [0, COUNT];
  const worker = new Worker(new URL("fuzzed/worker.mjs", import.meta.url), {
    workerData: { name, from, to, seed: SEED, files: number ? [] : known(name), clock }, resourceLimits: { maxOldGenerationSizeMb: 2000, stackSizeMb: 1 }, // a browser has no more
  });
  const found = [];
  let [done, most, slowest] = [0, 0, 0];
  let [before, since, looked] = [-1, performance.now(), performance.now()];
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(watch);
      resolve({ found, done, most, slowest });
    };
    const fail = (error) => {
      found.push({ which: String(Atomics.load(clock, 0)), error });
      void worker.terminate().then(end);
    };
    const watch = setInterval(() => {
      const now = Atomics.load(clock, 1);
      if (performance.now() - looked > LONGEST_MS / 4) since = performance.now(); // the whole process stood still
      looked = performance.now();
      if (now !== before) [before, since] = [now, performance.now()];
      else if (now > 0) slowest = Math.max(slowest, performance.now() - since);
      most = Math.max(most, process.memoryUsage.rss());
      if (performance.now() - since > LONGEST_MS) fail("took longer than 20 s");
      else if (most > MOST_BYTES) fail("took more than 2 GB");
    }, 100);
    worker.on("message", (message) => {
      if (message.done !== undefined) done = message.done;
      else if (found.push(message) >= 20) fail("and more");
    });
    worker.on("error", (error) => fail(error.stack ?? String(error)));
    worker.on("exit", end);
  });
}

let [all, parsers] = [0, 0];
after(() => console.log(`total: ${all} inputs for ${parsers} parsers`));

for (const name of Object.keys(FORMATS)) {
  if (only && only !== name) continue;
  test(name, { timeout: 30 * 60_000 }, async (t) => {
    const { found, done, most, slowest } = await fuzzed(name);
    [all, parsers] = [all + done, parsers + 1];
    t.diagnostic(`${name}: ${done} inputs, ${Math.round(most / 1e6)} MB at most${slowest > 500 ? `, the slowest ${(slowest / 1000).toFixed(1)} s` : ""}`);
    for (const { which, file } of found) {
      if (!file) continue;
      mkdirSync(join(ARTIFACTS, "fuzz-page"), { recursive: true });
      writeFileSync(join(ARTIFACTS, "fuzz-page", `${name} ${which}`.replaceAll(/[ /]/g, "-")), file);
    }
    const kinds = new Map(found.map(({ which, error }) => [error.split("\n").slice(0, 2).join(" "), `FUZZ="${name}/${which}" ${error}`]));
    assert.deepEqual([...kinds.values()], [], `seed ${SEED}: ${found.length} findings`);
    assert.equal(done, number ? 1 : COUNT);
  });
}
