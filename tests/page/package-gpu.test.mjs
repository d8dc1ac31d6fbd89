/** Networks of the package on a GPU, be it in software: several at once, and after the GPU was lost. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("networks that are created at once all get the GPU", TIMEOUT, async (t) => {
  const page = await withPackage(t, "gpu-at-once", undefined, "webgpu");
  const kinds = await page.evaluate(async () => {
    const networks = await Promise.all([network("webgpu"), network("webgpu"), network("webgpu")]);
    return networks.map(({ info }) => info.device.kind);
  });
  assert.deepEqual(kinds, ["webgpu", "webgpu", "webgpu"]);
});

test("after the GPU was lost, a network trains on with the processor, from its last epoch and with its optimizer", TIMEOUT, async (t) => {
  const page = await withPackage(t, "gpu-lost", undefined, "webgpu");
  const { before, failed, kind, after_, untrained } = await page.evaluate(async () => {
    const [trainee, fresh] = [await network("webgpu"), await network("webgpu")];
    const config = { epochs: 2, batchSize: 4, shuffle: false };
    const { epochs: before } = await trainee.fit(dataset(), { ...config, epochs: 6 });
    const failed = await trainee.fit(dataset(), config, ({ type }) => void (type === "batch" && tabfit.reportGpuFault("gone for the test"))).catch(({ name }) => name);
    const { epochs: after_ } = await trainee.fit(dataset(), config);
    const untrained = await fresh.fit(dataset(), config);
    return { before, failed, kind: trainee.info.device.kind, after_, untrained: untrained.epochs.length };
  });
  assert.equal(failed, "DeviceError");
  assert.equal(kind, "cpu");
  assert.ok(after_[1].loss < before.at(-1).loss, `it goes on from ${before.at(-1).loss}: ${after_.map(({ loss }) => loss)}`);
  assert.equal(untrained, 2, "a network that was never trained has its first weights");
});
