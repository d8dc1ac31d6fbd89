/**
 * Two tabs on one store: runs, renames, deletions and resumes at the same time lose nothing. Here with a storage in memory that
 * answers after a random while; `storage-browser` does the same with two workers, Chromium's storage and its locks.
 */

import assert from "node:assert/strict";
import { register } from "node:module";
import { test } from "node:test";
import { generator, LONG } from "./fixtures.mjs";
import { ended, slowly } from "./faults/memory.js";
import { counted, interleaved } from "./faults/interleave.js";

const TIMES = LONG ? 200 : 50;
/** `SEED=7` tries a single interleaving. */
const only = Number(process.env.SEED ?? 0);

register("./faults/instances.mjs", import.meta.url);

test(`${only ? 1 : TIMES} random interleavings of two tabs lose nothing`, { timeout: 10 * 60_000 }, async (t) => {
  const tabs = await Promise.all([1, 2, 3].map((tab) => import(`./faults/tab.js?tab=${tab}`)));
  const [one, two, three] = tabs.map(({ DOES }) => (what, ...given) => DOES[what](...given));
  const took = [];
  for (let seed = only || 1; seed <= (only || TIMES); seed++) {
    const random = generator(seed);
    slowly(random);
    ended();
    for (const name of ["runs", "decisions.json", "opened.json"]) await (await navigator.storage.getDirectory()).removeEntry(name).catch(() => {});
    for (const tab of [one, two]) await tab("act", "close", "none", 0);
    const found = await interleaved([one, two], () => three("found"), random);
    took.push(...found.took);
    assert.deepEqual(found.failures, [], `seed ${seed}`);
  }
  if (!only) t.diagnostic(`acts that had an effect: ${counted(took)}`);
});
