/**
 * Storage that fails at its n-th call, in every way and in every save: what is found afterwards is the state before or the state
 * after, and who was not told so finds the state after. Here with a storage in memory: forty calls and ways of each save, evenly
 * chosen, and all of them by `scripts/test.sh --long storage`.
 */

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { register } from "node:module";
import { test } from "node:test";
import { LONG } from "./fixtures.mjs";
import { ended } from "./faults/memory.js";

register("./faults/instances.mjs", import.meta.url);

const { tellApart } = await import("./faults/calls.js");
const { DOES, endTimers } = await import("./faults/process.js");
const { trying, WAYS } = await import("./faults/cases.js");

/** `FAULT="a name/refused/3"` tries a single case. */
const [one, way, at] = process.env.FAULT?.split("/") ?? [];

tellApart(new AsyncLocalStorage());

async function end() {
  endTimers();
  await DOES.free();
  ended();
}

const { tryAll, saves } = trying(() => ({ do: (what, ...given) => DOES[what](...given), end, alone: false }));

for (const save of await saves()) {
  if (one && save !== one) continue;
  test(save, { timeout: 10 * 60_000 }, async (t) => {
    const { calls, cases, failures } = await tryAll(save, { ways: way ? [way] : WAYS, only: at ? { at: Number(at), way } : null, most: LONG ? Infinity : 40 });
    t.diagnostic(`${calls} calls of the storage, ${cases} times one failed`);
    assert.deepEqual(failures.slice(0, 5), [], `${failures.length} failures`);
  });
}

if (!one) {
  test("the browser deletes everything while a run trains: that is said once, and the network is kept in the end", async () => {
    await DOES.wipe();
    const { told, state } = await DOES.evicted();
    const why = ": the browser has deleted what this page kept. Training goes on.";
    assert.deepEqual(told, [
      `The file log.csv could not be kept${why}`,
      `The run could not be saved; after a reload it would go on from an earlier epoch, or not at all${why}`,
      `The file best.tabfit could not be kept${why}`,
    ]);
    const [{ about, network, history }] = JSON.parse(state).runs;
    assert.ok(about.ended && about.epoch === 4 && network && history.epochs.length === 4);
  });
}
