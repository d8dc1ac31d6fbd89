/** A GPU that computes wrong numbers, and one that is lost: what the page says, and that the next Fit works. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes, SLOW } from "./fixtures.mjs";
import { asRealGpu, openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const SETTINGS = { layers: TINY_LAYERS(3), "batch-size": 8, "validation-split": 0.25, device: "webgpu" };
const EXPECTED = /\[cubecl|\[wgpu|GPU|Instance reference|device|mapAsync|Buffer/i;

/** A GPU that leaves out some of its work: whatever a kernel should have written stays as it was. */
function lyingGpu() {
  Object.defineProperty(GPUAdapter.prototype, "info", { value: { description: "A GPU of the test", isFallbackAdapter: false } });
  const lies = new WeakSet();
  const { createComputePipeline } = GPUDevice.prototype;
  GPUDevice.prototype.createComputePipeline = function (descriptor) {
    const pipeline = createComputePipeline.call(this, descriptor);
    globalThis.kernels = [...(globalThis.kernels ?? []), descriptor.compute.entryPoint ?? descriptor.label];
    if (/partial/.test(globalThis.kernels.at(-1))) lies.add(pipeline);
    return pipeline;
  };
  const { setPipeline, dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.setPipeline = function (pipeline) {
    this.lies = lies.has(pipeline);
    return setPipeline.call(this, pipeline);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...counts) {
    return this.lies ? undefined : dispatchWorkgroups.apply(this, counts);
  };
}

test("a GPU that leaves out the gradient of a layer is caught before the first step", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "gpu-lies", before: lyingGpu });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 12 })));
  await tab.set({ ...SETTINGS, epochs: 2 });
  await tab.page.click("#fit");
  const sentence = await tab.error();
  t.diagnostic(String(await tab.worker.evaluate(() => globalThis.kernels.join(" "))));
  assert.match(sentence, /^This GPU computes the network wrongly \(the gradient of layer "(conv2d|conv2d_1)" differs from the processor's by .* %\); train on the CPU\.$/);
  await tab.reach(["ready"]);
  assert.equal((await tab.history()).length, 0, "no step was trained");
  assert.equal(await tab.page.inputValue("#device"), "cpu", "the processor is offered");
  await tab.fit();
  assert.equal((await tab.history()).length, 2);
});

test("a GPU that computes rightly is believed, for every preset", { ...TIMEOUT, ...SLOW }, async (t) => {
  const tab = await openPage(t, { log: "gpu-honest", before: asRealGpu });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes({ each: 12 })));
  for (const preset of ["small", "bench"]) {
    await tab.set({ ...SETTINGS, preset, epochs: 1 });
    await tab.fit(300);
  }
});

/** Has the page train on a GPU until an epoch has ended. */
async function trainOnGpu(t, log, before) {
  const tab = await openPage(t, { log, before, expected: EXPECTED });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, epochs: 500 });
  await tab.start(2);
  return tab;
}

/** Waits until both curves are drawn: the browser forgets what was drawn where the GPU's process ends. */
const curvesAreDrawn = ({ page }) => page.waitForFunction(() =>
  ["accuracy-chart", "loss-chart"].every((id) => {
    const canvas = document.getElementById(id);
    const context = canvas.getContext("2d");
    return !context.isContextLost() && context.getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
  }));

async function fitsAgain(tab) {
  assert.match(await tab.error(), /GPU|device/);
  await tab.reach(["done", "ready"], 60);
  await curvesAreDrawn(tab);
  assert.ok((await tab.history()).length >= 2, "the curves are kept");
  assert.equal(await tab.page.inputValue("#device"), "webgpu");

  await tab.set({ epochs: 2 });
  await tab.fit(300);
  assert.equal((await tab.history()).length, 2);
  assert.match(await tab.text("#trouble"), /^The GPU had failed and was opened anew\.|^The GPU could not be opened again: /);
}

test("after a crash of the GPU's process, the next Fit works", TIMEOUT, async (t) => {
  const tab = await trainOnGpu(t, "gpu-crash", asRealGpu);
  const session = await tab.browser.newBrowserCDPSession();
  session.send("Browser.crashGpuProcess").catch(() => {}); // the crashed process cannot answer
  await fitsAgain(tab);
});

test("after the device was destroyed, Resume and the next Fit work", TIMEOUT, async (t) => {
  const tab = await trainOnGpu(t, "gpu-destroyed", () => {
    Object.defineProperty(GPUAdapter.prototype, "info", { value: { description: "A GPU of the test", isFallbackAdapter: false } });
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = async function (...given) {
      return (globalThis.device = await requestDevice.apply(this, given));
    };
  });
  await tab.worker.evaluate(() => globalThis.device.destroy());
  await fitsAgain(tab);
});
