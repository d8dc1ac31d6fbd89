/** The package that `wasm-pack build --target web` makes, used as a web developer would: without the page. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { launch, ROOT, watch } from "./chromium.mjs";
import { folder, shapes, splitShapes } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { serve } from "./server.mjs";

const MINUTES = 60_000;
const TIMEOUT = { timeout: 5 * MINUTES };
const PACKAGE = join(ROOT, "pkg");

const server = await serve({ "/": ROOT });
const browser = await launch();
after(async () => {
  await browser.close();
  await server.close();
});

/** A tab at an example; after the test, any console error fails it. */
async function open(t, example, log, within = browser) {
  const page = await within.newPage();
  const problems = watch(page, `package-${log}`);
  t.after(async () => {
    await page.close();
    assert.deepEqual(problems, [], "the console shows problems");
  });
  await page.goto(`${server.url}examples/web/${example}`);
  return page;
}

/** A tab whose `tabfit` is the loaded package. */
async function withPackage(t, log, within) {
  const page = await open(t, "folder.html", log, within);
  await page.evaluate(async (url) => {
    globalThis.tabfit = await import(url);
    await tabfit.default();
    /** 8 x 8 pictures, dark and light by turns. */
    globalThis.arrays = (channels = 3, count = 8) => ({
      images: new Uint8Array(count * 64 * channels).map((_, i) => (Math.floor(i / (64 * channels)) % 2 ? 240 : 10)),
      labels: Array.from({ length: count }, (_, i) => i % 2),
    });
    globalThis.dataset = () =>
      tabfit.Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8, test: arrays() });
    globalThis.network = async (device = "cpu") => tabfit.Sequential.create("small", dataset(), device);
  }, `${server.url}pkg/tabfit.js`);
  return page;
}

/** What an example wrote so far. @returns {Promise<any[]>} */
async function written(page) {
  return (await page.locator("#log").textContent()).trim().split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** The messages of an example once one of them has this key. */
async function writtenUntil(page, key, minutes = 3) {
  await page.locator("#log").filter({ hasText: new RegExp(`"(${key}|error)":`) }).waitFor({ timeout: minutes * MINUTES });
  const messages = await written(page);
  assert.deepEqual(messages.filter(({ error }) => error), []);
  return messages;
}

/** @param {any[]} messages */
function checkThatItLearned(messages, epochs) {
  const losses = messages.filter((message) => "epoch" in message).map(({ loss }) => loss);
  assert.equal(losses.length, epochs);
  assert.ok(losses.at(-1) < losses[0] / 2, `the loss falls: ${losses}`);
  const { accuracy } = messages.find((message) => "confusionMatrix" in message);
  assert.ok(accuracy > 0.85, `accuracy ${accuracy}`);
}

test("the package holds what package.json promises", () => {
  const description = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  assert.equal(description.name, "tabfit");
  assert.equal(description.license, "MIT OR Apache-2.0");
  assert.equal(description.type, "module");
  assert.ok(description.description && description.keywords.length > 0);
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: PACKAGE, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const files = packed.files.map(({ path }) => path);
  for (const file of ["tabfit.js", "tabfit.d.ts", "tabfit_bg.wasm", "README.md", "LICENSE-MIT", "LICENSE-APACHE"]) {
    assert.ok(files.includes(file), `${file} is not in ${files}`);
  }
  const imported = readFileSync(join(PACKAGE, "tabfit.js"), "utf8").matchAll(/from ['"]\.\/(.+?)['"]/g);
  for (const [, file] of imported) assert.ok(files.includes(file), `tabfit.js imports ${file}, which is not packed`);
});

test("the example trains on a folder and answers about a picture", TIMEOUT, async (t) => {
  const page = await open(t, "folder.html", "folder");
  const picked = folder(t, { ...splitShapes(30, 10), "Training/disc/notes.jpg": "words", "readme.txt": "words" });
  await page.setInputFiles("#folder", picked);
  const messages = await writtenUntil(page, "confusionMatrix");
  const [{ classNames, counts, skipped }] = messages;
  assert.deepEqual(classNames, ["disc", "frame", "stripes"]);
  assert.deepEqual([counts.training, counts.validation, counts.test], [[30, 30, 30], null, [10, 10, 10]]);
  assert.deepEqual(skipped.map(({ path }) => path), ["pictures/Training/disc/notes.jpg", "pictures/readme.txt"]);
  checkThatItLearned(messages, 20);

  await page.setInputFiles("#picture", join(folder(t, shapes({ each: 1, seed: 3 })), "stripes/000.png"));
  await page.locator("#log").filter({ hasText: '"probability"' }).waitFor({ timeout: MINUTES });
  const predictions = (await written(page)).at(-1);
  assert.equal(predictions[0].className, "stripes");
  assert.deepEqual(predictions.map(({ className }) => className).sort(), classNames);
});

test("the example says what is wrong with a folder", TIMEOUT, async (t) => {
  const page = await open(t, "folder.html", "bad-folder");
  await page.setInputFiles("#folder", folder(t, { "disc/1.png": png({ width: 8, height: 8, channels: 3 }) }));
  await page.locator("#log").filter({ hasText: "error" }).waitFor({ timeout: MINUTES });
  assert.match((await written(page))[0].error, /^DatasetError: Only one class was found, "disc"/);
});

test("the example trains on arrays, and the saved network answers as the trained one", TIMEOUT, async (t) => {
  const page = await open(t, "arrays.html", "arrays");
  const messages = await writtenUntil(page, "truth");
  checkThatItLearned(messages, 15);
  const { truth, trained, opened } = messages.at(-1);
  assert.equal(trained[0].className, truth);
  assert.deepEqual(opened, trained);
});

const FOLDER = { "pets/cat/1.png": 20, "pets/cat/2.png": 20, "pets/dog/1.png": 220, "pets/dog/2.png": 220 };

test("a folder is read with progress, by paths of one's own, and its reading can be ended", TIMEOUT, async (t) => {
  const page = await withPackage(t, "reading");
  const files = Object.entries(FOLDER).map(([path, grey]) => [path, [...png({ width: 9, height: 7, channels: 3, value: () => grey })]]);
  const read = await page.evaluate(async (files) => {
    const { Dataset, Sequential } = tabfit;
    const entries = files.map(([path, bytes]) => ({ path, file: new Blob([new Uint8Array(bytes)]) })).reverse();
    const progress = [];
    const dataset = await Dataset.fromFolder(entries, { imageSize: 8 }, (done, total) => progress.push([done, total]));
    const network = await Sequential.create("small", dataset, "cpu");
    const aborted = await Dataset.fromFolder(entries, { imageSize: 8 }, null, AbortSignal.abort()).catch(({ name }) => name);
    const thrown = await Dataset.fromFolder(entries, { imageSize: 8 }, () => { throw new Error("enough"); }).catch(({ message }) => message);
    const ofFile = await network.predict(entries[0].file);
    const ofPixels = await network.predict(new Uint8Array(8 * 8 * 3).fill(220));
    const unreadable = await network.predict(new Blob(["words"])).catch(({ name, message }) => `${name}: ${message}`);
    return { summary: dataset.summary, imageSize: dataset.imageSize, classNames: dataset.classNames, progress, aborted, thrown, ofFile, ofPixels, unreadable };
  }, files);
  assert.deepEqual(read.summary.counts, { training: [2, 2], validation: null, test: null });
  assert.deepEqual([read.imageSize, read.classNames], [8, ["cat", "dog"]]);
  assert.deepEqual(read.progress.at(-1), [4, 4]);
  assert.equal(read.aborted, "AbortError");
  assert.equal(read.thrown, "enough");
  assert.deepEqual(read.ofFile, read.ofPixels, "a picture file is read as the folder's files are");
  assert.equal(read.unreadable, "DatasetError: This file is not a picture, whatever its name says.");
});

test("RGB, RGBA and clamped arrays are the same pictures; transparency is black", TIMEOUT, async (t) => {
  const page = await withPackage(t, "pixels");
  const histories = await page.evaluate(async () => {
    const rgb = arrays(3).images;
    const rgba = arrays(4).images.map((value, i) => (i % 4 === 3 ? 255 : value));
    const offset = new Uint8ClampedArray(rgb.length + 5).subarray(5);
    offset.set(rgb);
    const histories = [];
    for (const images of [rgb, rgba, new Uint8ClampedArray(rgba), offset]) {
      const labels = new Float32Array(arrays().labels);
      const dataset = tabfit.Dataset.fromArrays({ images, labels, classNames: ["dark", "light"], imageSize: 8 });
      const network = await tabfit.Sequential.create("small", dataset, "cpu", 3);
      const { epochs } = await network.fit(dataset, { epochs: 2, batchSize: 3 });
      const clear = new Uint8ClampedArray(8 * 8 * 4).map((_, i) => (i % 4 === 3 ? 0 : 255));
      histories.push(JSON.stringify([epochs, await network.predict(clear), await network.predict(new Uint8Array(8 * 8 * 3))]));
    }
    return histories;
  });
  assert.equal(new Set(histories).size, 1, histories.join("\n"));
  const [, clear, black] = JSON.parse(histories[0]);
  assert.deepEqual(clear, black);
});

test("everything optional can be left out", TIMEOUT, async (t) => {
  const page = await withPackage(t, "defaults");
  const { device, epochs, images, held } = await page.evaluate(async () => {
    const { Dataset, Sequential } = tabfit;
    const network = await Sequential.create("small", dataset());
    const history = await network.fit(dataset());
    const evaluation = await network.evaluate(dataset());
    const untested = Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8 });
    await network.fit(untested, { validationSplit: 0.25 }, null, null);
    const held = await network.evaluate(untested);
    const opened = await Sequential.load(await network.save(), null);
    if (opened.info.device.kind !== network.info.device.kind) throw new Error("another device");
    return { device: network.info.device, epochs: history.epochs.length, images: evaluation.images, held: held.images };
  });
  assert.deepEqual(device, { kind: "cpu", name: "CPU", fallback: false }, "a GPU in software is no GPU");
  assert.deepEqual([epochs, images, held], [1, 8, 2]);
});

test("WebGPU is used when asked for, and a browser without it says so", TIMEOUT, async (t) => {
  const page = await withPackage(t, "webgpu");
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
  const other = await withPackage(t, "without-webgpu", without);
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
    for (const format of ["safetensors", "tfjs", "onnx", "keras"]) {
      const files = await trainee.export(format);
      names[format] = files.map(({ name }) => name);
      if (format === "onnx" || format === "keras") continue;
      answers.push(await (await tabfit.Sequential.import(files, "cpu")).predict(new Uint8Array(8 * 8 * 3)));
    }
    const { kerasCode, preset } = tabfit;
    const model = preset("small", 8, 2);
    return { names, answers, script: kerasCode({ model, classNames: ["dark", "light"], compile: { optimizer: "sgd" }, fit: { epochs: 3 } }) };
  });
  assert.deepEqual(names, {
    safetensors: ["model.safetensors"], tfjs: ["model.json", "group1-shard1of1.bin"], onnx: ["model.onnx"],
    keras: ["model.py", "model.safetensors"],
  });
  for (const answer of answers) assert.deepEqual(answer, answers[0]);
  assert.match(script, /keras\.optimizers\.SGD\([^]*epochs=3/);
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
    const { stopped } = await trainee.fit(dataset(), { epochs: 1000 }, ({ type }) => type === "epoch" && abort.abort(), abort.signal);
    const thrown = await trainee.fit(dataset(), {}, () => Promise.reject(new TypeError("no more"))).catch(String);
    return { kinds: [...kinds], waited, stopped, thrown };
  });
  assert.deepEqual(kinds.filter((kind) => ["start", "batch", "epoch"].includes(kind)), ["start", "batch", "epoch"]);
  assert.ok(waited >= 60);
  assert.equal(stopped, "aborted");
  assert.equal(thrown, "TypeError: no more");
});

/** What is called with which argument, and what the sentence must name. */
const REFUSED = [
  ["create", [{ type: "Conv2D", filter: 8, kernelSize: 3 }], "ConfigError", /`filter`/],
  ["create", [{ type: "Conv4D" }], "ConfigError", /`Conv4D`/],
  ["create", [{ type: "Dense", units: 2, activation: "softmacks" }], "ConfigError", /`softmacks`/],
  ["create", [{ type: "Dense", units: 2, kernelRegularizer: { l3: 1 } }], "ConfigError", /`l3`/],
  ["create", [{ type: "Residual", layers: [{ type: "DepthwiseConv2D", kernelSize: 3, filters: 8 }] }], "ConfigError", /`filters`/],
  ["create", [{ type: "Dense", units: 2, trainables: false }], "ConfigError", /`trainables`/],
  ["create", [{ type: "Conv2D", filters: 8, kernelSize: "3" }], "ConfigError", /sizes and strides must be/],
  ["create", { imageSize: 8, layer: [] }, "ConfigError", /`layer`/],
  ["create", "smal", "ConfigError", /"smal"/],
  ["device", "gpu", "ConfigError", /^device .*`gpu`/],
  ["seed", -1, "ConfigError", /^seed .*-1/],
  ["seed", 0.5, "ConfigError", /^seed .*0\.5/],
  ["data", { classNames: ["a", "b"] }, "ConfigError", /^imageSize/],
  ["data", ["a", "b"], "ConfigError", /^imageSize .*Dataset/],
  ["data", 3, "ConfigError", /^data/],
  ["compile", { optimiser: "adam" }, "ConfigError", /`optimiser`/],
  ["compile", { optimizer: "adamm" }, "ConfigError", /`adamm`/],
  ["compile", { optimizer: { type: "adam", lr: 1 } }, "ConfigError", /`lr`/],
  ["compile", { optimizer: { type: "sgd", beta1: 0.9 } }, "ConfigError", /`beta1`/],
  ["compile", { optimizer: { type: "adam", learningRate: "fast" } }, "ConfigError", /learningRate/],
  ["compile", { optimizer: { type: "sgd", learningRate: { type: "CosineDecay", initialLearningRate: 1, decaySteps: 1, alfa: 0 } } }, "ConfigError", /`alfa`/],
  ["compile", { optimizer: "adam", loss: "mse" }, "ConfigError", /loss must be/],
  ["compile", { optimizer: "adam", loss: { type: "CategoricalCrossentropy", smoothing: 0.1 } }, "ConfigError", /`smoothing`/],
  ["compile", { optimizer: "adam", metrics: ["acuracy"] }, "ConfigError", /acuracy/],
  ["compile", { optimizer: "adam", metrics: [{ type: "AUC", thresholds: 9 }] }, "ConfigError", /`thresholds`/],
  ["fit", { epoch: 3 }, "ConfigError", /`epoch`/],
  ["fit", { epochs: "3" }, "ConfigError", /^fit is not understood/],
  ["fit", { split: "random" }, "ConfigError", /`random`/],
  ["fit", { classWeight: { cat: 2 } }, "ConfigError", /"cat"/],
  ["fit", { augment: { flip: true } }, "ConfigError", /`flip`/],
  ["fit", { augment: { rotationRange: 400 } }, "ConfigError", /^rotationRange .*400/],
  ["fit", { callbacks: [{ type: "EarlyStop" }] }, "ConfigError", /`EarlyStop`/],
  ["fit", { callbacks: [{ type: "EarlyStopping", patient: 3 }] }, "ConfigError", /`patient`/],
  ["fit", { callbacks: [{ type: "ReduceLROnPlateau", restoreBestWeights: true }] }, "ConfigError", /`restoreBestWeights`/],
  ["fit", { callbacks: [{ type: "ModelCheckpoint", filepath: "a.tabfit", saveBest: true }] }, "ConfigError", /`saveBest`/],
  ["fit", { callbacks: [{ type: "LearningRateScheduler", schedules: [] }] }, "ConfigError", /`schedules`/],
  ["fit", { callbacks: [{ type: "LearningRateScheduler", schedule: { type: "CosineDecay", alfa: 0 } }] }, "ConfigError", /`alfa`/],
  ["fit", { callbacks: [{ type: "CSVLogger", filename: "a.csv", sep: ";" }] }, "ConfigError", /`sep`/],
  ["fit", { callbacks: [{ type: "TerminateOnNaN", patience: 1 }] }, "ConfigError", /`patience`/],
  ["fit", { callbacks: [{ type: "BackupAndRestore", saveFrequency: 1 }] }, "ConfigError", /`saveFrequency`/],
  ["fit", { callbacks: [{ patience: 1 }] }, "ConfigError", /callbacks has an object with neither a type/],
  ["fit", 5, "ConfigError", /^fit is not understood/],
  ["fit", { callbacks: [{ type: "TensorBoard", log_dir: "logs" }] }, "ConfigError", /`log_dir`/],
  ["export", "onx", "ConfigError", /`onx`/],
  ["import", 3, "ConfigError", /^files/],
  ["import", [{ name: "a.tabfit" }], "ConfigError", /^files/],
  ["import", [], "ModelFileError", /./],
  ["code", { compile: { optimiser: "adam" } }, "ConfigError", /`optimiser`/],
  ["code", { compile: { optimizer: { type: "adam", lr: 1 } } }, "ConfigError", /`lr`/],
  ["code", { compile: { optimizer: "adamm" } }, "ConfigError", /`adamm`/],
  ["code", { fit: { epoch: 1 } }, "ConfigError", /epoch/],
  ["freeze", ["conv9"], "ConfigError", /conv9/],
  ["head", ["dark"], "ConfigError", /at least two/],
  ["evaluate", "tests", "DatasetError", /tests/],
  ["predict", "a picture", "DatasetError", /File or Blob/],
  ["folder", { imageSizes: 8 }, "ConfigError", /`imageSizes`/],
  ["folder", { imageSize: 4 }, "ConfigError", /^imageSize must be from 8/],
  ["folder", null, "ConfigError", /^options/],
  ["files", [3], "ConfigError", /^files\[0\]/],
  ["files", [{ path: "a/1.png", file: "words" }], "ConfigError", /^files\[0\]/],
  ["files", 3, "ConfigError", /^files/],
  ["files", {}, "ConfigError", /^files/],
  ["files", [], "DatasetError", /no picture/],
  ["arrays", { classes: ["a", "b"] }, "ConfigError", /`classes`/],
  ["arrays", { test: { images: [], label: [] } }, "ConfigError", /^test .*`label`/],
  ["arrays", { validation: 3 }, "ConfigError", /^validation/],
  ["arrays", { images: [1, 2, 3] }, "ConfigError", /^images must be a Uint8Array/],
  ["arrays", { labels: 3 }, "ConfigError", /^labels must be an array/],
  ["arrays", { labels: [0, 1, 0, 1, 0, 1, 0, "1"] }, "ConfigError", /^labels\[7\] .*"1"/],
  ["arrays", { labels: [0, 1, 0, 1, 0, 1, 0, 0.5] }, "ConfigError", /^labels\[7\] .*0\.5/],
  ["arrays", { labels: [0, 1, 0, 1, 0, 1, 0, 2] }, "DatasetError", /^Label 7 is 2/],
  ["arrays", { labels: [0, 0, 0, 0, 0, 0, 0, 0] }, "DatasetError", /^Only one class was found, "dark"/],
  ["arrays", { labels: [0, 1, 0] }, "DatasetError", /1536 bytes, but 3 labels/],
  ["arrays", { labels: [] }, "DatasetError", /0 labels/],
  ["arrays", { imageSize: 9 }, "DatasetError", /9 x 9 .*243 or 324 bytes each/],
  ["arrays", { imageSize: 1 }, "ConfigError", /^imageSize must be from 8/],
  ["arrays", { classNames: ["dark"] }, "DatasetError", /at least two classes/],
  ["arrays", { classNames: ["dark", "dark"] }, "DatasetError", /"dark" like another/],
  ["arrays", null, "ConfigError", /^arrays must be an object/],
];

test("what is unknown or out of range is refused by its name", TIMEOUT, async (t) => {
  const page = await withPackage(t, "refused");
  await page.evaluate(async () => {
    const trainee = await network();
    const good = { ...arrays(), classNames: ["dark", "light"], imageSize: 8 };
    globalThis.calls = {
      create: (model) => tabfit.Sequential.create(model, dataset(), "cpu"),
      device: (device) => tabfit.Sequential.create("small", dataset(), device),
      seed: (seed) => tabfit.Sequential.create("small", dataset(), "cpu", seed),
      data: (data) => tabfit.Sequential.create("small", data, "cpu"),
      compile: (config) => trainee.compile(config),
      fit: (config) => trainee.fit(dataset(), config),
      export: (format) => trainee.export(format),
      import: (files) => tabfit.Sequential.import(files, "cpu"),
      code: (wrong) => tabfit.kerasCode({ model: tabfit.preset("small", 8, 2), classNames: ["dark", "light"], ...wrong }),
      freeze: (names) => trainee.setTrainable(names, false),
      head: (names) => trainee.replaceHead(names),
      evaluate: (part) => trainee.evaluate(dataset(), part),
      predict: (picture) => trainee.predict(picture),
      folder: (options) => tabfit.Dataset.fromFolder([{ path: "a/b/1.png", file: new Blob() }], options),
      files: (files) => tabfit.Dataset.fromFolder(files, { imageSize: 8 }),
      arrays: (wrong) => tabfit.Dataset.fromArrays(wrong && { ...good, ...wrong }),
    };
  });
  for (const [call, argument, name, sentence] of REFUSED) {
    await t.test(`${call} ${JSON.stringify(argument)}`, async () => {
      const thrown = await page.evaluate(async ([call, argument]) => {
        try {
          await calls[call](argument);
          return null;
        } catch (error) {
          return { name: error.name, message: error.message };
        }
      }, [call, argument]);
      assert.ok(thrown, "nothing was thrown");
      assert.equal(thrown.name, name, thrown.message);
      assert.match(thrown.message, sentence);
      assert.match(thrown.message, /\.$/, "it is a sentence");
    });
  }
  const after = await page.evaluate(async () => (await (await network()).fit(dataset(), { epochs: 1 })).stopped);
  assert.equal(after, "completed", "the package goes on after all of that");
});
