/** Networks of the package: devices, defaults, exports, and the events of a run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { launch } from "./chromium.mjs";
import { TIMEOUT, withPackage } from "./package-page.mjs";

test("everything optional can be left out", TIMEOUT, async (t) => {
  const page = await withPackage(t, "defaults");
  const { device, epochs, images, held } = await page.evaluate(async () => {
    const { Dataset, Sequential } = tabfit;
    const network = await Sequential.create("small", dataset());
    const history = await network.fit(dataset());
    const evaluation = await network.evaluate(dataset());
    const untested = Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8 });
    await network.fit(untested, { validationSplit: 0.25, signal: null, onProgress: null }, null);
    const held = await network.evaluate(untested);
    const opened = await Sequential.load(await network.save(), null);
    if (opened.info.device.kind !== network.info.device.kind) throw new Error("another device");
    return { device: network.info.device, epochs: history.epochs.length, images: evaluation.images, held: held.images };
  });
  assert.deepEqual(device, { kind: "cpu", name: "CPU", fallback: false }, "a GPU in software is no GPU");
  assert.deepEqual([epochs, images, held], [1, 8, 2]);
});

test("WebGPU is used when asked for, and a browser without it says so", TIMEOUT, async (t) => {
  const page = await withPackage(t, "webgpu", undefined, "webgpu");
  const trained = await page.evaluate(async () => {
    const trainee = await network("webgpu");
    const { epochs } = await trainee.fit(dataset(), { epochs: 2 });
    return { device: trainee.info.device, losses: epochs.map(({ loss }) => loss), gpu: await tabfit.gpuInfo() };
  });
  assert.equal(trained.device.kind, "webgpu");
  assert.ok(trained.device.fallback);
  assert.deepEqual(trained.gpu, trained.device);
  assert.ok(trained.losses[1] < trained.losses[0] && trained.losses[1] > 0, `${trained.losses}`);

  const without = await launch(["--disable-features=WebGPU", "--disable-gpu"]);
  t.after(() => without.close());
  const other = await withPackage(t, "without-webgpu", without, "webgpu");
  const [automatic, refused] = await other.evaluate(async () => [
    (await network("auto")).info.device.kind,
    await network("webgpu").catch(({ name, message }) => `${name}: ${message}`),
  ]);
  assert.equal(automatic, "cpu");
  assert.match(refused, /^DeviceError: .*WebGPU.*train on the CPU\.$/);
});

test("a network travels to other tools and back, and settings become a script", TIMEOUT, async (t) => {
  const page = await withPackage(t, "travel");
  const { names, answers, script } = await page.evaluate(async () => {
    const trainee = await network();
    const names = {};
    const answers = [await trainee.predict(new Uint8Array(8 * 8 * 3))];
    for (const format of ["safetensors", "tfjs", "onnx", "tflite", "keras"]) {
      const files = await trainee.export(format);
      names[format] = files.map(({ name }) => name);
      if (!["safetensors", "tfjs", "onnx"].includes(format)) continue;
      answers.push(await (await tabfit.Sequential.import(files, "cpu")).predict(new Uint8Array(8 * 8 * 3)));
    }
    const { kerasCode, preset } = tabfit;
    const model = preset("small", 8, 2);
    return { names, answers, script: kerasCode({ model, classNames: ["dark", "light"], compile: { optimizer: "sgd" }, fit: { epochs: 3 } }) };
  });
  assert.deepEqual(names, {
    safetensors: ["model.safetensors"], tfjs: ["model.json", "group1-shard1of1.bin"], onnx: ["model.onnx"],
    tflite: ["model.tflite", "labels.txt"],
    keras: ["model.py", "model.safetensors"],
  });
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.match(script, /keras\.optimizers\.SGD\([^]*epochs=3/);
});

test("a network is told what pixels it was trained on, and what its classes are called", TIMEOUT, async (t) => {
  const page = await withPackage(t, "pixels");
  const { made, answers, wrong, told, refused, named, own } = await page.evaluate(async () => {
    const layers = [{ type: "Flatten" }, { type: "Dense", units: 2, activation: "softmax" }];
    const bare = await tabfit.Sequential.create(layers, { imageSize: 8, classNames: ["a", "b"] }, "cpu");
    const picture = new Uint8Array(8 * 8 * 3).map((_, index) => (index * 31) % 8); // dark, so that no softmax is 0 or 1
    const made = [bare.info.pixels.made];
    const answers = [await bare.predict(picture)];
    for (const pixels of ["-1..1", "caffe", "lite", "0..255"]) {
      bare.setPixels(pixels);
      made.push(bare.info.pixels.made);
      answers.push(await bare.predict(picture));
    }
    const wrong = (() => { try { bare.setPixels("0..2"); } catch ({ name, message }) { return `${name}: ${message}`; } })();
    const told = [bare.info.pixels.told];
    bare.setPixels(null);
    told.push(bare.info.pixels.told);
    const refused = (() => { try { bare.setClassNames(["x"]); } catch ({ name, message }) { return `${name}: ${message}`; } })();
    bare.setClassNames(["x", "y"]);
    const named = [bare.info.classNames, (await tabfit.Sequential.load(await bare.save(), "cpu")).info.classNames];
    return { made, answers, wrong, told, refused, named, own: (await network()).info.pixels };
  });
  assert.deepEqual(told, [true, false]);
  assert.equal(refused, "ConfigError: classNames are 1 names, and the network tells 2 classes apart; give each class one name.");
  assert.deepEqual(named, [["x", "y"], ["x", "y"]]);
  assert.deepEqual(made, ["0..255", "-1..1", "caffe", "lite", "0..255"]);
  assert.deepEqual(answers[4], answers[0]);
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 4);
  assert.match(wrong, /^ConfigError: pixels is not understood/);
  assert.deepEqual(own, { made: "own", told: false, known: null });
});

test("a run is watched, paused by a promise, ended by a signal and by an error", TIMEOUT, async (t) => {
  const page = await withPackage(t, "events");
  const { kinds, waited, stopped, thrown } = await page.evaluate(async () => {
    const trainee = await network();
    const kinds = new Set();
    let waited = 0;
    await trainee.fit(dataset(), { epochs: 2 }, async ({ type }) => {
      kinds.add(type);
      const before = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 20));
      waited += performance.now() - before;
    });
    const abort = new AbortController();
    const { stopped } = await trainee.fit(dataset(), { epochs: 1000, signal: abort.signal }, ({ type }) => type === "epoch" && abort.abort());
    const thrown = await trainee.fit(dataset(), {}, () => Promise.reject(new TypeError("no more"))).catch(String);
    return { kinds: [...kinds], waited, stopped, thrown };
  });
  assert.deepEqual(kinds.filter((kind) => ["start", "batch", "epoch"].includes(kind)), ["start", "batch", "epoch"]);
  assert.ok(waited >= 60);
  assert.equal(stopped, "aborted");
  assert.equal(thrown, "TypeError: no more");
});

test("a stopped run in which a callback fails when it is resumed can be resumed again, from there", TIMEOUT, async (t) => {
  const page = await withPackage(t, "resume-fails");
  const { nothing, before, error, after, epochs } = await page.evaluate(async () => {
    const pictures = tabfit.Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8 });
    const trainee = await network();
    const nothing = await trainee.resume(pictures).catch(({ name, message }) => `${name}: ${message}`);
    const stop = new AbortController();
    await trainee.fit(pictures, { epochs: 2, batchSize: 2, signal: stop.signal }, () => stop.abort());
    const before = trainee.info.unfinished;
    const failing = { onEpochEnd: () => { throw new Error("the disk is full"); } };
    const error = await trainee.resume(pictures, { callbacks: [failing] }).catch(({ message }) => message);
    const after = trainee.info.unfinished;
    return { nothing, before, error, after, epochs: (await trainee.resume(pictures)).epochs.length };
  });
  assert.match(nothing, /^ConfigError: resume needs a run/);
  assert.equal(before.epoch, 1);
  assert.equal(error, "the disk is full");
  assert.deepEqual(after, { epoch: 2, step: 0, epochs: 2 });
  assert.equal(epochs, 2);
});

test("a history is written as CSV, also where a metric was never a number", TIMEOUT, async (t) => {
  const page = await withPackage(t, "csv");
  const records = [{ epoch: 1, loss: null, accuracy: 0.5, learning_rate: 1e-3 }, { epoch: 2, loss: null, accuracy: 1, learning_rate: 1e-7 }];
  const csv = await page.evaluate((given) => tabfit.historyCsv(given), records);
  assert.equal(csv, "epoch,accuracy,learning_rate,loss\n0,0.5,0.001,nan\n1,1,0.0000001,nan\n");
});

test("the package loads the part that fits the browser, and hands on all of it", TIMEOUT, async (t) => {
  const page = await withPackage(t, "parts");
  const { loaded, given, handed } = await page.evaluate(async (url) => {
    const { device, adapter, reason } = globalThis.loaded;
    const part = await import(`${url}cpu/tabfit.js`);
    return { loaded: { device, adapter, reason }, given: Object.keys(part).sort(), handed: Object.keys(tabfit).sort() };
  }, page.url().replace("examples/web/folder.html", "pkg/"));
  assert.equal(loaded.device, "cpu", "a GPU in software is no GPU");
  assert.equal(loaded.adapter.software, true);
  assert.equal(loaded.reason, "");
  const own = ["initSync", "setConverter", "setDecoders", "setFormats", "setPretrained", "start"]; // how a part is started is the package's own business
  const more = ["exportRun"]; // it puts together what the parts give
  assert.deepEqual(handed, [...given.filter((name) => !own.includes(name)), ...more].sort());
  const refused = await page.evaluate(() => network("webgpu").catch(({ name, message }) => `${name}: ${message}`));
  assert.match(refused, /^DeviceError: This part of the program trains on the CPU only; load the one with WebGPU/);
});
