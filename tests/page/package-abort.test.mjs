/** What opens, trains and hands out networks is ended by its signal, changes nothing then, and tells how far it is. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inNode } from "./node-package.mjs";
import { png } from "./png.mjs";

/** A file that no decoder of Node reads, so that the late part with ours is needed. */
const PICTURE = png({ width: 8, height: 8, channels: 3 });

/** What each program begins with: 40 pictures of 8 x 8, alternately dark and light, and who hears of progress. */
const BEGIN = `
  import init, * as tabfit from "tabfit";
  const hear = (list, act = () => {}) => (done, total) => { list.push([done, total]); act(); };
  const nameOf = (promise) => promise.then(() => "no error", (error) => error?.name ?? error);
  const gone = AbortSignal.abort();
  const pictures = () => {
    const images = new Uint8Array(40 * 192).map((_, i) => (Math.floor(i / 192) % 2 ? 240 : 10));
    const arrays = { images, labels: Array.from({ length: 40 }, (_, i) => i % 2) };
    return tabfit.Dataset.fromArrays({ ...arrays, classNames: ["dark", "light"], imageSize: 8, validation: arrays });
  };
  const small = (dataset) => tabfit.Sequential.create("small", dataset, "cpu");
`;

test("init is ended by its signal while the program comes, leaves the exports as they are, and tells of its bytes", (t) => {
  const said = inNode(t, `${BEGIN}
    import { compile } from "tabfit/wasm";
    const ends = [await nameOf(init({ device: "cpu", signal: gone }))];
    ends.push(await nameOf(init({ device: "cpu", signal: AbortSignal.abort("enough") })), await nameOf(init({ signal: gone })));
    const stop = new AbortController();
    ends.push(await nameOf(init({ device: "cpu", signal: stop.signal, onProgress: () => stop.abort() })));
    ends.push(await nameOf(init({ device: "cpu", module: await compile("cpu"), signal: gone })), await nameOf(compile("cpu", { signal: gone })));
    const empty = tabfit.Sequential === undefined;
    const [bytes, compiled] = [[], []];
    await init({ device: "cpu", signal: new AbortController().signal, onProgress: hear(bytes) });
    await compile("study", { onProgress: hear(compiled) });
    console.log(JSON.stringify({ ends, empty, loaded: typeof tabfit.Sequential, bytes: bytes.at(-1), compiled: compiled.at(-1) }));
  `);
  assert.deepEqual(said.ends, ["AbortError", "enough", "AbortError", "AbortError", "AbortError", "AbortError"]);
  assert.ok(said.empty, "an ended init fills in no export");
  assert.equal(said.loaded, "function");
  for (const [loaded, total] of [said.bytes, said.compiled]) assert.ok(loaded === total && total > 100_000, `${loaded} of ${total}`);
});

test("load and import are ended by their signal, also while a late part comes or a worker converts, and tell of their bytes", (t) => {
  const said = inNode(t, `${BEGIN}
    const stop = { now: () => {} };
    let ended = 0;
    const converter = () => ({ postMessage: () => stop.now(), terminate: () => (ended += 1) });
    await init({ device: "cpu", converter });
    const { Sequential } = tabfit;
    const network = await small(pictures());
    const file = await network.save();
    const [tfjs, [keras]] = [await network.export("tfjs"), await network.export("keras-file")];
    const size = (files) => files.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const onnx = [{ name: "a.onnx", bytes: new Uint8Array(9) }];
    const calls = { load: (options) => Sequential.load(file, options), import: (options) => Sequential.import(tfjs, options), keras: (options) => Sequential.import([keras], options) };
    const during = async (call) => {
      const controller = new AbortController();
      const answer = nameOf(call({ device: "cpu", signal: controller.signal }));
      for (let turn = 0; turn < 20; turn += 1) await null; // the call is past its first check, and no task has run
      controller.abort();
      return answer;
    };
    const ends = {};
    const progress = {};
    for (const [name, call] of Object.entries(calls)) {
      ends[name] = [await nameOf(call({ device: "cpu", signal: gone })), await nameOf(call({ signal: AbortSignal.abort("enough") })), await during(call)];
      progress[name] = [];
      const opened = await call({ device: "cpu", signal: new AbortController().signal, onProgress: hear(progress[name]) });
      if (JSON.stringify(await opened.predict(new Uint8Array(192))) !== JSON.stringify(await network.predict(new Uint8Array(192)))) throw new Error(name);
    }
    const between = new AbortController();
    ends.between = await nameOf(Sequential.import(tfjs, { signal: between.signal, onProgress: () => between.abort() }));
    const converting = new AbortController();
    stop.now = () => converting.abort();
    ends.converter = [await nameOf(Sequential.import(onnx, { signal: converting.signal })), ended];
    const tflite = new AbortController();
    stop.now = () => tflite.abort();
    ends.tflite = [await nameOf(network.export("tflite", { signal: tflite.signal })), ended];
    const misspelt = await Sequential.load(file, { devices: "cpu" }).catch(({ name, message }) => name + ": " + message);
    console.log(JSON.stringify({ ends, progress, sizes: { load: file.length, import: size(tfjs), keras: keras.bytes.length }, misspelt }));
  `);
  for (const name of ["load", "import", "keras"]) {
    assert.deepEqual(said.ends[name], ["AbortError", "enough", "AbortError"], name);
    assert.deepEqual(said.progress[name].at(-1), [said.sizes[name], said.sizes[name]], name);
  }
  assert.equal(said.progress.import.length, 2, "one of TensorFlow.js's two files, and both");
  assert.equal(said.ends.between, "AbortError");
  assert.deepEqual([said.ends.converter, said.ends.tflite], [["AbortError", 1], ["AbortError", 2]], "the worker is ended, too");
  assert.equal(said.misspelt, "ConfigError: load has no option devices; it takes device, signal and onProgress.");
});

test("a late part that does not come keeps no ended call waiting, and is there for the next one", (t) => {
  const said = inNode(t, `${BEGIN}
    const disk = process.getBuiltinModule("node:fs/promises");
    const { readFile } = disk;
    let release;
    const held = new Promise((resolve) => (release = resolve));
    disk.readFile = async (url, ...rest) => {
      if (["/decoders/", "/formats/"].some((part) => String(url).includes(part))) await held;
      return readFile(url, ...rest);
    };
    await init({ device: "cpu" });
    const dataset = pictures();
    const network = await small(dataset);
    const ends = [];
    const within = (call) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 100);
      return nameOf(call({ signal: stop.signal }));
    };
    ends.push(await within((options) => network.export("keras-file", options)));
    ends.push(await within((options) => tabfit.Sequential.import([{ name: "a.keras", bytes: new Uint8Array(9) }], options)));
    ends.push(await within((options) => network.loadKerasWeights(new Uint8Array(9), options)));
    const picture = new Blob([Uint8Array.from(${JSON.stringify([...PICTURE])})]);
    ends.push(await within((options) => network.predict(picture, options)), await within((options) => network.predict([picture], options)));
    const files = ["a", "b"].map((name) => ({ path: name + "/1.png", file: picture }));
    ends.push(await within((options) => tabfit.Dataset.fromFolder(files, { imageSize: 8, ...options })));
    release();
    const predicted = await network.predict([picture]);
    if (predicted.some(({ error }) => error)) throw new Error(predicted[0].error);
    const progress = [];
    const [file] = await network.export("keras-file", { onProgress: hear(progress) });
    console.log(JSON.stringify({ ends, progress, bytes: file.bytes.length }));
  `);
  assert.deepEqual(said.ends, Array(6).fill("AbortError"));
  assert.deepEqual(said.progress, [[1, 1]]);
  assert.ok(said.bytes > 1000);
});

test("fit and resume refuse a signal that was aborted before, end early by one that is aborted later, and count steps", (t) => {
  const said = inNode(t, `${BEGIN}
    await init({ device: "cpu" });
    const dataset = pictures();
    const [network, expected] = [await small(dataset), await small(dataset)];
    const config = { epochs: 3, batchSize: 10 };
    const weights = async () => JSON.stringify((await network.getWeights()).map(({ values }) => [...values]));
    const random = await weights();
    const refused = [await nameOf(network.fit(dataset, { ...config, signal: gone })), await nameOf(network.fit(dataset, { ...config, signal: AbortSignal.abort("enough") }))];
    const untouched = [(await weights()) === random, network.info.history, network.info.unfinished];
    const [steps, later, all] = [[], [], []];
    const stop = new AbortController();
    const stopped = await network.fit(dataset, { ...config, signal: stop.signal, onProgress: hear(steps) }, ({ type }) => void (type === "epoch" && stop.abort()));
    const half = await weights();
    refused.push(await nameOf(network.resume(dataset, { signal: gone })));
    const kept = [(await weights()) === half, network.info.unfinished];
    const resumed = await network.resume(dataset, { signal: new AbortController().signal, onProgress: hear(later) });
    const whole = await expected.fit(dataset, { ...config, onProgress: hear(all) });
    const thrown = await nameOf(expected.fit(dataset, { ...config, onProgress: () => { throw new TypeError("no more"); } }));
    const misspelt = await network.resume(dataset, { callback: [] }).catch(({ message }) => message);
    const needs = network.needs(dataset, { ...config, signal: gone, onProgress: hear([]) }).batchSize;
    console.log(JSON.stringify({ refused, untouched, stopped: [stopped.stopped, stopped.epochs.length], kept, same: JSON.stringify(resumed.epochs) === JSON.stringify(whole.epochs), steps, later, all, thrown, misspelt, needs }));
  `);
  assert.deepEqual(said.refused, ["AbortError", "enough", "AbortError"]);
  assert.deepEqual(said.untouched, [true, null, null]);
  assert.deepEqual(said.stopped, ["aborted", 1]);
  assert.deepEqual(said.kept, [true, { epoch: 2, step: 0, epochs: 3 }]);
  assert.ok(said.same, "the refused resume cost nothing");
  assert.deepEqual([said.steps.at(-1), said.later.at(-1), said.all.at(-1)], [[4, 12], [12, 12], [12, 12]]);
  for (const told of [said.steps, said.later, said.all]) assert.deepEqual(told, told.toSorted(([a], [b]) => a - b), "no count goes back");
  assert.equal(said.thrown, "TypeError");
  assert.equal(said.misspelt, "resume has no option callback; it takes callbacks, signal and onProgress.");
  assert.equal(said.needs, 10);
});

test("remember and zipFiles are ended by their signal, leave the network as it was, and tell how far they are", (t) => {
  const said = inNode(t, `${BEGIN}
    await init({ device: "cpu" });
    const dataset = pictures();
    const network = await small(dataset);
    await network.fit(dataset, { epochs: 1 });
    const stop = new AbortController();
    const ends = [await nameOf(network.remember(dataset, { signal: gone }))];
    ends.push(await nameOf(network.remember(dataset, { signal: stop.signal }, ({ type }) => void (type === "features" && stop.abort()))));
    const forgotten = network.info.remembers;
    const [pictureCounts, zipped] = [[], []];
    await network.remember(dataset, { signal: new AbortController().signal, onProgress: hear(pictureCounts) });
    const names = ["a.txt", "b.txt"];
    const blobs = names.map((name) => new Blob([name]));
    ends.push(await nameOf(tabfit.zipFiles(names, blobs, { signal: gone })));
    const between = new AbortController();
    ends.push(await nameOf(tabfit.zipFiles(names, blobs, { signal: between.signal, onProgress: () => between.abort() })));
    await tabfit.zipFiles(names, blobs, { onProgress: hear(zipped) });
    console.log(JSON.stringify({ ends, forgotten, remembers: network.info.remembers, pictureCounts, zipped }));
  `);
  assert.deepEqual(said.ends, Array(4).fill("AbortError"));
  assert.deepEqual([said.forgotten, said.remembers], [false, true]);
  assert.ok(said.pictureCounts.length > 1, "both parts are counted");
  assert.deepEqual(said.pictureCounts.at(-1), [80, 80], "each has 40 pictures");
  assert.deepEqual(said.zipped, [[1, 2], [2, 2]]);
});

test("exportRun and startWorkers are ended by their signal and tell how far they are", (t) => {
  const files = [20, 30, 220, 230].map((grey, i) => [`pets/${i < 2 ? "cat" : "dog"}/${i}.png`, [...png({ width: 8, height: 8, channels: 3, value: () => grey })]]);
  const said = inNode(t, `${BEGIN}
    await init({ device: "cpu" });
    const entries = ${JSON.stringify(files)}.map(([path, bytes]) => ({ path, file: new Blob([new Uint8Array(bytes)]) }));
    const dataset = await tabfit.Dataset.fromFolder(entries, { imageSize: 8 });
    const network = await small(dataset);
    await network.fit(dataset, { epochs: 1 });
    network.setTemperature(2);
    const stop = new AbortController();
    const ends = [await nameOf(tabfit.exportRun(network, dataset, { signal: gone }))];
    ends.push(await nameOf(tabfit.exportRun(network, dataset, { signal: stop.signal, onProgress: () => stop.abort() })));
    const pieces = [];
    const names = (await tabfit.exportRun(network, dataset, { onProgress: hear(pieces) })).map(({ name }) => name);
    globalThis.Worker = class extends EventTarget { postMessage() {} terminate() { ended += 1; } };
    let ended = 0;
    ends.push(await nameOf(tabfit.startWorkers(() => new Worker(), 3, { signal: gone })));
    const starting = new AbortController();
    setTimeout(() => starting.abort(), 100);
    ends.push(await nameOf(tabfit.startWorkers(() => new Worker(), 3, { signal: starting.signal })));
    console.log(JSON.stringify({ ends, temperature: network.temperature, pieces, names, ended }));
  `);
  assert.deepEqual(said.ends, Array(4).fill("AbortError"));
  assert.equal(said.temperature, 2);
  assert.deepEqual(said.pieces, [[1, 3], [2, 3], [3, 3]]);
  assert.ok(said.names.includes("network.keras") && said.names.includes("state.tabfit"), `${said.names}`);
  assert.equal(said.ended, 2, "workers that did not answer yet are ended");
});
