/**
 * Runs of every preset one after the other, for as long as is wished, with pauses, resumes and changes of folder: memory is flat, the
 * console has no warning, and the last run has the history of a fresh tab. `scripts/test.sh --long soak` takes ten minutes, six of
 * them on the processor; `SOAK_CPU=60 SOAK_WEBGPU=30` more of them. A cycle that has begun comes to its end.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { SOFTWARE_GPU } from "./chromium.mjs";
import { folder, shapes } from "./fixtures.mjs";
import { largest, processesOf } from "./process-memory.mjs";
import { openPage } from "./trainer-page.mjs";
import { wasmMegabytes } from "./wasm-memory.mjs";

const MINUTES = { cpu: Number(process.env.SOAK_CPU ?? 6), webgpu: Number(process.env.SOAK_WEBGPU ?? 4) };
const SECONDS = 1000;
/** How much more memory there may be than after the first cycle. */
const MOST = 1.1;
const SETTINGS = { "batch-size": 6, "validation-split": 0.25, epochs: 2, seed: 5 };
const ON = { cpu: { device: "cpu", threads: 2 }, webgpu: { device: "webgpu" } };

/** What a person does with a run, in turn. @type {((tab: import("./trainer-page.mjs").TrainerPage) => Promise<void>)[]} */
const WAYS = [
  (tab) => tab.fit(600),
  async function paused(tab) {
    await held(tab);
    await tab.page.click("#pause");
    await tab.page.locator("#status", { hasText: "Paused" }).waitFor();
    await goesOn(tab);
    await tab.page.click("#resume");
    await ended(tab);
  },
  async function stopped(tab) {
    await held(tab);
    await goesOn(tab);
    await tab.page.click("#stop");
    await tab.reach(["done"], 600);
    await tab.resume();
    await ended(tab);
  },
];

/** A run begins, and stands still after its first epoch. */
async function held(tab) {
  await tab.holdAt(1);
  await tab.start(1);
}
const goesOn = (tab) => tab.worker.evaluate(() => void (self.heldAt = Infinity));

/** The run is over and scored. */
async function ended(tab) {
  await tab.page.waitForFunction(() => document.body.dataset.state === "done" && document.querySelector("#fit").ariaBusy !== "true", null, { timeout: 600 * SECONDS, polling: 50 });
  assert.equal(await tab.page.textContent("#error"), "");
}

/** Megabytes of the program, of the tab's process and of the GPU's. */
async function memory(tab, device) {
  for (const place of [tab.page, ...tab.page.workers()]) await place.evaluate(() => globalThis.gc()); // otherwise chance decides when
  return { wasm: Math.round(await wasmMegabytes(tab.page, device)), tab: largest(processesOf()), gpu: device === "webgpu" ? largest(processesOf("gpu-process")) : 0 };
}

for (const device of Object.keys(MINUTES)) {
  const minutes = MINUTES[device];
  test(`${minutes} minutes of runs on ${device}`, { timeout: (2 * minutes + 20) * 60 * SECONDS, skip: minutes === 0 && "it is to take no time" }, async (t) => {
    const open = (log) => openPage(t, { log, warnings: true, gpuFlags: [...SOFTWARE_GPU, "--js-flags=--expose-gc"] });
    const tab = await open(`soak-${device}`);
    const presets = await tab.page.locator("#preset option").evaluateAll((options) => options.filter(({ disabled }) => !disabled).map(({ value }) => value));
    const folders = [1, 2].map((seed) => folder(t, shapes({ each: 5 + seed, seed })));
    await tab.set({ "image-size": 32 });
    const until = performance.now() + minutes * 60 * SECONDS;
    const cycles = [];
    let runs = 0;
    do {
      const begun = performance.now();
      const took = [];
      for (const preset of presets) {
        const since = performance.now();
        await tab.pick(folders[runs % 2]);
        await tab.set({ ...ON[device], preset, ...SETTINGS });
        await WAYS[runs % WAYS.length](tab);
        runs += 1;
        took.push(`${preset} ${((performance.now() - since) / SECONDS).toFixed(0)}`);
      }
      cycles.push(await memory(tab, device));
      t.diagnostic(`cycle ${cycles.length}, ${((performance.now() - begun) / SECONDS).toFixed(0)} s (${took.join(", ")}): ${JSON.stringify(cycles.at(-1))} MB`);
    } while (performance.now() < until);
    const [first] = cycles;
    for (const [i, now] of cycles.entries()) for (const kind of Object.keys(first)) assert.ok(now[kind] <= MOST * first[kind], `${kind}: ${now[kind]} MB after cycle ${i + 1}, ${first[kind]} MB after the first`);

    await tab.pick(folders[0]);
    await tab.set({ ...ON[device], preset: "bench", ...SETTINGS });
    await tab.fit(600);
    const history = await tab.exactHistory();
    await tab.page.close(); // two tabs on one GPU in software wait for each other
    const fresh = await open(`soak-${device}-fresh`);
    await fresh.set({ "image-size": 32 });
    await fresh.pick(folders[0]);
    await fresh.set({ ...ON[device], preset: "bench", ...SETTINGS });
    await fresh.fit(600);
    assert.deepEqual(history, await fresh.exactHistory());
    t.diagnostic(`${device}: ${runs} runs of ${presets.length} presets in ${cycles.length} cycles`);
  });
}
