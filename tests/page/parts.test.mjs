/** The parts of the program: which one is loaded, what happens when one cannot be, and GPUs that never answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { folder, shapes } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { asRealGpu, openPage, TINY_LAYERS } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 6 * 60_000 };
const SETTINGS = { layers: TINY_LAYERS(3), "batch-size": 8, "validation-split": 0.25, epochs: 2, seed: 3 };
const whole = png({ width: 32, height: 32, channels: 3 });
const CUT_PNG = whole.subarray(0, whole.length - 20);

test("a real GPU loads the part with WebGPU and no other, and is what trains", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-gpu", before: asRealGpu });
  const asked = tab.server.requests;
  assert.ok(asked.includes("/webgpu/tabfit_bg.wasm") && !asked.includes("/cpu/tabfit_bg.wasm"), `${asked}`);
  assert.equal(await tab.page.inputValue("#device"), "webgpu");
  assert.match(await tab.text("#device-note"), /A GPU of the test/);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(SETTINGS);
  await tab.fit(300);
  await tab.set({ device: "cpu" });
  await tab.fit();
  assert.equal((await tab.history()).length, 2, "the same part trains on the CPU");
});

const asFallback = () => {
  Object.defineProperty(GPUAdapter.prototype, "info", { value: { description: "An adapter of the test", isFallbackAdapter: true } });
};
const asProcessor = () => {
  Object.defineProperty(GPUAdapter.prototype, "info", { value: { description: "An adapter of the test", isFallbackAdapter: false, type: "CPU" } });
};

for (const [says, before] of [["is a fallback", asFallback], ["has the type CPU", asProcessor]]) {
  test(`an adapter that says it ${says} is software, whatever its name`, TIMEOUT, async (t) => {
    const tab = await openPage(t, { log: "parts-software", before });
    assert.ok(!tab.server.requests.some((path) => path.startsWith("/webgpu/")), `${tab.server.requests}`);
    assert.equal(await tab.page.inputValue("#device"), "cpu");
    assert.match(await tab.text("#device-note"), /An adapter of the test/);
  });
}

test("software WebGPU takes another part, which keeps the network and reads the pictures again", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-change" });
  await tab.set({ "image-size": 32 });
  const pictures = folder(t, shapes());
  await tab.pick(pictures);
  await tab.set(SETTINGS);
  await tab.fit();
  const picture = folder(t, { "one.png": Object.values(shapes({ each: 1, seed: 9 }))[0] });
  const before = await tab.predict(`${picture}/one.png`);
  await tab.set({ device: "webgpu" });
  await tab.page.locator("#device-note", { hasText: /loads the part of the program for it \(2\.\d MB\), and reads the pictures again/ }).waitFor();
  assert.ok(!tab.server.requests.some((path) => path.startsWith("/webgpu/")), "it is not loaded before it is needed");
  await tab.pick(pictures); // the part is changed here, and the network goes along
  assert.ok(tab.server.requests.includes("/webgpu/tabfit_bg.wasm"));
  assert.deepEqual(await tab.predict(`${picture}/one.png`), before);
  await tab.fit(300);
  assert.equal((await tab.history()).length, 2);
});

/** Given to `openPage` as `before`: a browser that does not know relaxed SIMD, whose opcodes begin with 253 and have 128 or more. */
function asWithoutRelaxedSimd() {
  WebAssembly.validate = () => false;
}

test("a browser without relaxed SIMD gets plain SIMD, and a run that goes on elsewhere says that it rounds in another way", TIMEOUT, async (t) => {
  const pictures = folder(t, shapes());
  const begun = async (options) => {
    const tab = await openPage(t, { log: "parts-plain", ...options });
    await tab.set({ "image-size": 32 });
    await tab.pick(pictures);
    await tab.set({ ...SETTINGS, threads: 1 });
    return tab;
  };
  const fused = await begun({});
  await fused.fit();
  assert.ok(!fused.server.requests.some((path) => path.includes("plain")));
  const plain = await begun({ before: asWithoutRelaxedSimd });
  await plain.fit();
  const asked = plain.server.requests;
  assert.ok(asked.includes("/cpu/tabfit_plain_bg.wasm") && !asked.includes("/cpu/tabfit_bg.wasm"), `${asked}`);
  const [once, twice] = [await fused.history(), await plain.history()];
  twice.forEach(({ loss }, i) => assert.ok(Math.abs(loss - once[i].loss) < 1e-4, `${loss} and ${once[i].loss}`));
});

test("a part that cannot be loaded is a sentence, and loses nothing", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-missing", expected: /404/, missing: /^\/(webgpu|decoders)\/.*wasm$/ });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, { ...shapes(), "disc/broken.png": CUT_PNG }));
  assert.match(await tab.page.textContent("#skipped-list"), /broken\.png.*own decoders could not be loaded \(.*\); read the pictures again/);
  await tab.set(SETTINGS);
  await tab.fit();
  const curves = await tab.history();
  await tab.set({ device: "webgpu" });
  await tab.page.click("#fit");
  assert.match(await tab.error(), /^The part of the program for WebGPU could not be loaded \(the server answered 404\); train on the CPU, or try again\.$/);
  assert.deepEqual(await tab.history(), curves);
  await tab.set({ device: "cpu" });
  await tab.fit();

  tab.server.missing = null;
  await tab.set({ device: "webgpu" });
  await tab.fit(300);
});

test("without the part for Keras's files the earlier network stays, and the file can be opened later", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-formats", expected: /404/ });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, device: "cpu" });
  await tab.fit();
  assert.ok(!tab.server.requests.some((path) => path.startsWith("/formats/")), "it is not loaded before it is needed");
  const picture = folder(t, { "one.png": shapes()["disc/000.png"] });
  const before = await tab.predict(`${picture}/one.png`);
  tab.server.missing = /^\/formats\/.*wasm$/;
  const file = `${folder(t, { "cut.keras": "PK\u0003\u0004 and no more" })}/cut.keras`;
  await tab.page.setInputFiles("#open-model", file);
  assert.match(await tab.error(), /^A Keras file could not be read, because the part of the program for it could not be loaded \(the server answered 404\); try it again\.$/);
  assert.deepEqual(await tab.predict(`${picture}/one.png`), before);
  tab.server.missing = null;
  await tab.page.setInputFiles("#open-model", file);
  assert.match(await tab.error(), /^This Keras file is an archive that is cut off or damaged/);
  assert.deepEqual(await tab.predict(`${picture}/one.png`), before);
});

test("without the part that writes TensorFlow Lite the network stays, and it can be written later", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-converter", expected: /404/ });
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set({ ...SETTINGS, device: "cpu" });
  await tab.fit();
  assert.ok(!tab.server.requests.some((path) => path.startsWith("/exchange/")), "it is not loaded before it is needed");
  tab.server.missing = /^\/exchange\/.*wasm$/;
  await tab.page.click("[data-export=tflite]");
  assert.match(await tab.error(), /^The part of the program for this kind of file could not be loaded \(the server answered 404\); try it again\.$/);
  tab.server.missing = null;
  assert.ok((await tab.download("[data-export=tflite]")).length > 1000);
  const broken = `${folder(t, { "no.onnx": "This is no network." })}/no.onnx`;
  await tab.page.setInputFiles("#open-model", broken);
  assert.match(await tab.error(), /^This ONNX file /);
  assert.ok(!tab.server.requests.some((path) => path.startsWith("/webgpu/")), "the other program is not needed for it");
  assert.equal(await tab.state(), "done", "the network is still there");
});

test("where the part for a real GPU is missing, the page trains on the CPU and says why", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-no-gpu-part", before: asRealGpu, missing: /^\/webgpu\//, expected: /404/ });
  assert.match(await tab.text("#device-note"), /part of the program for WebGPU could not be loaded \(the server answered 404\), so training runs on the processor/);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(SETTINGS);
  await tab.fit();
});

test("an adapter that never answers is none after five seconds", TIMEOUT, async (t) => {
  const never = () => {
    GPU.prototype.requestAdapter = () => new Promise(() => {});
  };
  const tab = await openPage(t, { log: "parts-never", before: never });
  assert.match(await tab.text("#device-note"), /WebGPU did not answer within 5 seconds, so training runs on the processor/);
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(SETTINGS);
  await tab.fit();
});

const asSilentGpu = () => {
  const info = { value: { description: "A GPU of the test", isFallbackAdapter: false } };
  Object.defineProperty(GPUAdapter.prototype, "info", info);
  GPUAdapter.prototype.requestDevice = () => new Promise(() => {});
};

test("a device that never answers is none after five seconds", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-no-device", before: asSilentGpu });
  assert.match(await tab.text("#device-note"), /The GPU did not answer within 5 seconds; train on the CPU/);
  assert.equal(await tab.page.inputValue("#device"), "cpu");
  await tab.set({ "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  await tab.set(SETTINGS);
  await tab.fit();
});

test("a GPU without timestamp-query trains", TIMEOUT, async (t) => {
  const tab = await openPage(t, { log: "parts-timestamps", before: () => {
    const features = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "features").get;
    Object.defineProperty(GPUAdapter.prototype, "features", { get() {
      return new Set([...features.call(this)].filter((name) => name !== "timestamp-query"));
    } });
    const { requestDevice } = GPUAdapter.prototype;
    GPUAdapter.prototype.requestDevice = function (descriptor) {
      if ([...(descriptor?.requiredFeatures ?? [])].includes("timestamp-query")) throw new TypeError("no such feature");
      return requestDevice.call(this, descriptor);
    };
  } });
  await tab.set({ device: "webgpu", "image-size": 32 });
  await tab.pick(folder(t, shapes()));
  const has = await tab.worker.evaluate(async () => {
    const features = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, "features").get;
    return features.call(await navigator.gpu.requestAdapter()).has("timestamp-query");
  });
  assert.equal(has, false);
  await tab.set(SETTINGS);
  await tab.fit(300);
  assert.equal((await tab.history()).length, 2);
});
