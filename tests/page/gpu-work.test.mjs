/** What a training step asks of WebGPU. These numbers need no GPU to measure, and may only go down. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { SLOW } from "./fixtures.mjs";
import { serve } from "./server.mjs";

/**
 * A step of a preset without dropout, with a read of the loss in every step, as on a slow GPU. What is asked of WebGPU is counted
 * where it reaches the browser; `calls` are all that the program makes of JavaScript. A step of `bench` is recorded and replayed; where
 * that is not so, burn's memory chooses buffers anew now and then, and these need bind groups.
 */
const MOST = {
  bench: { dispatches: 27, submits: 1, bindGroups: 0, calls: 1290, bytes: 72 },
  resnet: { dispatches: 225, submits: 2, bindGroups: 36, calls: 9250, bytes: 72 },
  mobilenet: { dispatches: 236, submits: 2, bindGroups: 24, calls: 9200, bytes: 72 },
};

const MINUTES = 60_000;
const PICTURE = { imageSize: 16, batchSize: 8 };
const DIST = join(ROOT, "dist");

const server = await serve({ "/": DIST, "/bench/": join(ROOT, "bench") });
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

for (const [preset, most] of Object.entries(MOST)) {
  test(`a step of ${preset} on WebGPU asks for no more than it did`, { timeout: 8 * MINUTES }, async (t) => {
    const { steps } = await trained(`gpu-work-${preset}`, { ...PICTURE, preset });
    const mean = (key) => steps.reduce((sum, counts) => sum + counts[key], 0) / steps.length;
    const perStep = Object.fromEntries(Object.keys(steps[0]).map((key) => [key, mean(key)]));
    t.diagnostic(`per step: ${JSON.stringify(perStep)}`);
    assert.ok(perStep.dispatches > 0, "the run gave the GPU nothing to do");
    assert.equal(perStep.reads, 1, "what was counted is not one step each time");
    for (const [key, enough] of Object.entries(most)) {
      assert.ok(perStep[key] <= enough, `${perStep[key]} ${key} per step; ${enough} were enough`);
    }
  });
}

test("a network that was never trained is scored by as much work as a trained one", { timeout: 8 * MINUTES }, async () => {
  const { untrained, scored } = await trained("gpu-score", PICTURE);
  assert.ok(scored.dispatches > 0);
  assert.equal(untrained.dispatches, scored.dispatches);
});

test("a GPU with no more than WebGPU guarantees is enough, and computes the same", { timeout: 8 * MINUTES, ...SLOW }, async () => {
  for (const preset of Object.keys(MOST)) {
    const whole = await trained(`gpu-whole-${preset}`, { ...PICTURE, preset });
    const least = await trained(`gpu-least-${preset}`, { ...PICTURE, preset, least: true });
    assert.deepEqual(least.losses, whole.losses, preset);
  }
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
 * Runs in the worker. Counts what each step of an epoch asks for, from one loss that was read to the next; the first steps are left
 * out, as burn's memory is still settling in them.
 */
async function trainWithCounters({ imageSize, batchSize, least, preset = "bench" }) {
  const [settling, counted] = [8, 24];
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
  const tabfit = await import("/tabfit.js");
  await tabfit.default({ device: "webgpu" });
  const { Dataset, Sequential } = tabfit; // undefined before
  const classNames = ["a", "b"];
  const labels = Array.from({ length: (settling + counted) * batchSize }, (_, i) => i % classNames.length);
  const images = new Uint8Array(labels.length * imageSize ** 2 * 3).map((_, i) => (i * 37) % 256);
  const dataset = Dataset.fromArrays({ images, labels, classNames, imageSize });
  const layers = tabfit.preset(preset, imageSize, classNames.length).layers.filter(({ type }) => type !== "Dropout");
  const network = await Sequential.create({ imageSize, layers }, dataset, "webgpu");
  network.compile({ optimizer: "adam" });

  const losses = [];
  const since = (before) => Object.fromEntries(Object.keys(counts).map((key) => [key, counts[key] - before[key]]));
  const train = async (stepsPerEpoch) => {
    const each = [];
    let before = { ...counts };
    const hear = ({ type }) => {
      if (type !== "batch") return;
      each.push(since(before));
      before = { ...counts };
    };
    const { epochs } = await network.fit(dataset, { epochs: 1, batchSize, stepsPerEpoch, shuffle: false, validationSplit: 0 }, hear);
    losses.push(epochs[0].loss);
    return each;
  };
  const score = async () => {
    const before = { ...counts };
    await network.evaluate(dataset, "training");
    return since(before);
  };
  await score(); // the first also makes what every later one uses
  const untrained = await score();
  await train(1); // the first step also compiles the kernels
  const scored = await score();
  const steps = (await train(settling + counted)).slice(settling);
  return { untrained, scored, steps, losses, faults };
}
