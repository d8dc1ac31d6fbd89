/** What a training step asks of WebGPU. These numbers need no GPU to measure, and may only go down. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { SLOW } from "./fixtures.mjs";
import { serve } from "./server.mjs";

/**
 * Per step of the preset `bench` without dropout, with a read of the loss in every step, as on a slow GPU. Its calls are counted
 * where they reach the browser. The bind groups are those of most steps, once burn's memory has settled which buffer serves for
 * what; every 30 or 40 steps it gives up some and chooses anew.
 */
const MOST = { dispatches: 27, submits: 1, bindGroups: 0, bytes: 100 };

/** The bind groups of a step on the average of a settled run. */
const MOST_ON_AVERAGE = 5;

const MINUTES = 60_000;
const PICTURE = { imageSize: 16, batchSize: 8 };
const DIST = join(ROOT, "dist");

const server = await serve({ "/": DIST, "/bench/": join(ROOT, "bench") });
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

test("a step on WebGPU asks for no more than it did", { timeout: 8 * MINUTES }, async (t) => {
  const { one, more, steps, settled } = await trained("gpu-work", PICTURE);

  const perStep = Object.fromEntries(Object.keys(one).map((key) => [key, (more[key] - one[key]) / (steps - 1)]));
  perStep.bindGroups = settled.toSorted((a, b) => a - b)[Math.floor(settled.length / 2)];
  t.diagnostic(`per step: ${JSON.stringify(perStep)}, and new bind groups: ${settled}`);
  assert.ok(perStep.dispatches > 0, "the run gave the GPU nothing to do");
  for (const [key, most] of Object.entries(MOST)) {
    assert.ok(perStep[key] <= most, `${perStep[key]} ${key} per step; ${most} were enough`);
  }
  const all = settled.reduce((sum, count) => sum + count, 0);
  assert.ok(all <= MOST_ON_AVERAGE * settled.length, `${all} new bind groups in ${settled.length} steps`);
});

test("a network that was never trained is scored by as much work as a trained one", { timeout: 8 * MINUTES }, async () => {
  const { untrained, scored } = await trained("gpu-score", PICTURE);
  assert.ok(scored.dispatches > 0);
  assert.equal(untrained.dispatches, scored.dispatches);
});

test("a GPU with no more than WebGPU guarantees is enough, and computes the same", { timeout: 8 * MINUTES, ...SLOW }, async () => {
  const whole = await trained("gpu-whole", PICTURE);
  const least = await trained("gpu-least", { ...PICTURE, least: true });
  assert.deepEqual(least.losses, whole.losses);
});

/** Trains in a worker of a new tab, and checks that there was no problem. */
async function trained(name, settings) {
  const page = await browser.newPage();
  const problems = watch(page, name);
  const [worker] = await Promise.all([
    page.waitForEvent("worker"),
    page.goto(`${server.url}bench/contender.html?script=contend.js`),
  ]);
  const { faults, ...rest } = await worker.evaluate(trainWithCounters, settings);
  await page.close();
  assert.ok(rest.losses.every((loss) => loss > 0), `a loss of exactly 0 means that kernels were skipped: ${rest.losses}`);
  assert.deepEqual(faults, []);
  assert.deepEqual(problems, [], "the console shows problems, as [cubecl-wgpu] does when it skips a kernel");
  return rest;
}

/**
 * Runs in the worker. Counts an epoch of one step and an epoch of `steps`: their difference is the cost of the steps alone. And
 * counts the bind groups up to each of the last submits of a longer epoch, one of which is a step.
 */
async function trainWithCounters({ imageSize, batchSize, least }) {
  const steps = 4;
  if (least) {
    // A device requested without limits gets those that every GPU has. As the adapter's limits they are what the wasm
    // requests, and the browser enforces them.
    const { limits } = await (await navigator.gpu.requestAdapter()).requestDevice();
    Object.defineProperty(GPUAdapter.prototype, "limits", { value: limits });
  }
  await import("/bench/counters.js");
  const { counts, faults } = globalThis.gpuCounters;
  // A quarter of a second goes by whenever the run looks at the clock, so that a read is due after each step on any machine.
  const now = Date.now.bind(Date);
  let ahead = 0;
  Date.now = () => now() + (ahead += 250);
  const { submit } = GPUQueue.prototype;
  let sums = []; // of the bind groups before each submit
  GPUQueue.prototype.submit = function (...commands) {
    sums.push(counts.bindGroups);
    return submit.apply(this, commands);
  };
  const tabfit = await import("/tabfit.js");
  await tabfit.default({ device: "webgpu" });
  const { Dataset, preset, Sequential } = tabfit; // undefined before
  const classNames = ["a", "b"];
  const labels = Array.from({ length: 6 * steps * batchSize }, (_, i) => i % classNames.length);
  const images = new Uint8Array(labels.length * imageSize ** 2 * 3).map((_, i) => (i * 37) % 256);
  const dataset = Dataset.fromArrays({ images, labels, classNames, imageSize });
  const layers = preset("bench", imageSize, classNames.length).layers.filter(({ type }) => type !== "Dropout");
  const network = await Sequential.create({ imageSize, layers }, dataset, "webgpu");
  network.compile({ optimizer: "adam" });

  const losses = [];
  const count = async (stepsPerEpoch) => {
    const before = { ...counts };
    const { epochs } = await network.fit(dataset, { epochs: 1, batchSize, stepsPerEpoch, shuffle: false, validationSplit: 0 });
    losses.push(epochs[0].loss);
    return Object.fromEntries(Object.keys(counts).map((key) => [key, counts[key] - before[key]]));
  };
  const score = async () => {
    const before = { ...counts };
    await network.evaluate(dataset, "training");
    return { dispatches: counts.dispatches - before.dispatches };
  };
  await score(); // the first also makes what every later one uses
  const untrained = await score();
  await count(1); // the first step also compiles the kernels
  const [one, more] = [await count(1), await count(steps)];
  const scored = await score();
  sums = [];
  await count(6 * steps);
  // The last submits read the weights.
  const settled = sums.slice(2 * steps, -steps).map((sum, at) => sum - sums[2 * steps + at - 1]);
  return { one, more, untrained, scored, steps, settled, losses, faults };
}
