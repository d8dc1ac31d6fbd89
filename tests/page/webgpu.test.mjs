/** Training and Grad-CAM on WebGPU; an adapter in software is enough for these tests. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, shapes, splitShapes } from "./fixtures.mjs";
import { asRealGpu, openPage, TINY_LAYERS } from "./trainer-page.mjs";

const MINUTES = 60_000;

/** Counts the calls of a WebGPU method in the worker from now on, which shows whether a run used the GPU. */
async function countCalls(tab, type, method) {
  await tab.worker.evaluate(([of, name]) => {
    const { prototype } = globalThis[of];
    const original = prototype[name];
    globalThis.calls = { ...globalThis.calls, [name]: 0 };
    prototype[name] = function (...given) {
      globalThis.calls[name] += 1;
      return original.apply(this, given);
    };
  }, [type, method]);
  return () => tab.worker.evaluate((name) => globalThis.calls[name], method);
}

test("drawn shapes are learned on WebGPU", { timeout: 8 * MINUTES }, async (t) => {
  const tab = await openPage(t, { log: "webgpu", before: asRealGpu });
  const adapter = await tab.worker.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  assert.ok(adapter, "the worker gets no WebGPU adapter");
  assert.ok(await tab.page.isEnabled("#device option[value=webgpu]"), await tab.text("#device-note"));

  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, splitShapes(40, 10)));
  await tab.set({ device: "webgpu", layers: TINY_LAYERS(3), epochs: 12, "batch-size": 12, "learning-rate": 0.003 });
  const submits = await countCalls(tab, "GPUQueue", "submit");
  await tab.fit(400);

  assert.ok((await submits()) > 0, "the run gave the GPU nothing to do");
  const history = await tab.history();
  assert.equal(history.length, 12);
  assert.ok(history.every(({ loss }) => loss > 0), "a loss of exactly 0 means that kernels were skipped");
  assert.ok(history.at(-1).loss < history[0].loss / 2, `the loss falls: ${history.map(({ loss }) => loss)}`);
  assert.ok((await tab.accuracy()) >= 0.9, `${await tab.text("#test-accuracy")} of the test shapes`);

  const answer = await tab.predict(join(folder(t, shapes({ each: 1, seed: 3 })), "stripes/000.png"));
  assert.equal(answer["000.png"][0][0], "stripes");
});

test("the CPU and WebGPU tell the same story from the same seed", { timeout: 8 * MINUTES }, async (t) => {
  const tab = await openPage(t, { log: "webgpu-and-cpu", before: asRealGpu });
  const submits = await countCalls(tab, "GPUQueue", "submit");
  await tab.set({ device: "cpu", "image-size": 32 }); // now, because pictures for WebGPU are read beside a first step there
  await tab.pick(folder(t, shapes({ each: 12 })));
  await tab.set({ layers: TINY_LAYERS(3), epochs: 2, "batch-size": 8, "validation-split": 0.25, seed: 5 });

  await tab.fit();
  const onCpu = await tab.history();
  assert.equal(await submits(), 0, "a run on the CPU leaves the GPU alone");

  await tab.set({ device: "webgpu" });
  await tab.fit(300);
  const onGpu = await tab.history();
  assert.ok((await submits()) > 0);
  assert.equal(onGpu.length, 2);
  onGpu.forEach(({ loss }, i) => {
    assert.ok(Math.abs(loss - onCpu[i].loss) < 0.01 * onCpu[i].loss, `epoch ${i + 1}: CPU ${onCpu[i].loss}, WebGPU ${loss}`);
  });
});

/** How far two maps of Grad-CAM may be apart, whose values go from 0 to 1. */
const MAPS_APART = 1e-3;

test("Grad-CAM on WebGPU shows the places that it shows on the CPU", { timeout: 8 * MINUTES }, async (t) => {
  const tab = await openPage(t, { log: "webgpu-grad-cam", before: asRealGpu });
  const submits = await countCalls(tab, "GPUQueue", "submit");
  await tab.set({ device: "cpu", "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 12 })));
  await tab.set({ layers: TINY_LAYERS(3), epochs: 8, "batch-size": 8, "learning-rate": 0.003, "validation-split": 0, seed: 5 });
  await tab.fit();
  /** The maps of some pictures of each class, for two classes. */
  const maps = () => tab.page.evaluate(async () => {
    const { client } = await import("/js/page/client/trainer-client.js");
    const found = [];
    for (const picture of [0, 5, 14, 20, 27, 33]) {
      for (const className of ["disc", "stripes"]) found.push(await client.send({ type: "grad-cam", picture, className }));
    }
    return found.map(({ values, ...rest }) => ({ ...rest, values: Array.from(values) }));
  });
  const onCpu = await maps();
  assert.equal(await submits(), 0, "the CPU's maps leave the GPU alone");
  const speaking = onCpu.filter(({ values }) => Math.max(...values) > 0.99);
  assert.ok(speaking.length >= 6 && speaking.every(({ values }) => Math.min(...values) < 0.5), "most maps say something, and not everywhere the same");

  const file = folder(t, { "net.tabfit": await tab.download("#save-model") });
  await tab.set({ device: "webgpu" });
  await tab.page.setInputFiles("#open-model", join(file, "net.tabfit"));
  await tab.reach(["done"]);
  assert.equal((await tab.send({ type: "info" })).value.device.kind, "webgpu");
  const before = await submits();
  const onGpu = await maps();
  assert.ok((await submits()) > before, "the maps gave the GPU nothing to do");
  const apart = onGpu.map(({ values }, i) => Math.max(...values.map((value, at) => Math.abs(value - onCpu[i].values[at]))));
  t.diagnostic(`the maps of WebGPU and of the CPU are at most ${Math.max(...apart).toExponential(1)} apart, a bound of ${MAPS_APART}`);
  onGpu.forEach(({ values, probability, ...rest }, i) => {
    const { values: others, probability: other, ...same } = onCpu[i];
    assert.deepEqual(rest, same);
    assert.ok(values.length === others.length && Math.abs(probability - other) <= MAPS_APART, `${probability} and ${other}`);
  });
  assert.ok(Math.max(...apart) <= MAPS_APART, `${apart}`);
});

test("the kernels of a run are compiled while its pictures are read", { timeout: 8 * MINUTES }, async (t) => {
  const tab = await openPage(t, { log: "webgpu-warm", before: asRealGpu });
  const pipelines = await countCalls(tab, "GPUDevice", "createComputePipeline");
  // 48 pictures: 36 to learn from and 12 held out, all of them in whole batches.
  await tab.set({ device: "webgpu", "image-size": 32, layers: TINY_LAYERS(3), "batch-size": 12, "validation-split": 0.25, epochs: 2 });
  await tab.pick(folder(t, shapes({ each: 16 })));
  await tab.page.click("#fit");
  await tab.page.waitForFunction(() => document.querySelector("#status").textContent === "Training", null, { timeout: 2 * MINUTES });
  const before = await pipelines();
  await tab.reach(["done"], 120);
  const all = await pipelines();
  t.diagnostic(`${before} of ${all} kernels were there when the run started`);
  // The rest are compiled for the score at the end.
  assert.ok(before > 0.8 * all, `${all - before} of ${all} kernels were compiled after the run had started`);
});
