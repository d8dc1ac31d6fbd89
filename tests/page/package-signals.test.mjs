/** `signal` and `onProgress` of the calls that take long, and what `fromFolder` takes for a folder. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { packed } from "./fixtures.mjs";
import { inNode } from "./node-package.mjs";
import { TIMEOUT, withPackage } from "./package-page.mjs";
import { png } from "./png.mjs";

const FOLDER = { "cat/1.png": 20, "cat/2.png": 30, "dog/1.png": 220, "dog/deep/2.png": 230, "notes.txt": 0 };
const FILES = Object.entries(FOLDER).map(([path, grey]) => [path, [...png({ width: 9, height: 7, channels: 3, value: () => grey })]]);

test("an aborted call rejects with an AbortError, or with the signal's own reason, and leaves the network free", (t) => {
  const { ends, free, part, progress, batches, stopped, misspelt, wrong } = inNode(t, `
    import init, { Dataset, Sequential } from "tabfit";
    await init({ device: "cpu" });
    const images = new Uint8Array(40 * 192).map((_, i) => (Math.floor(i / 192) % 2 ? 240 : 10));
    const arrays = { images, labels: Array.from({ length: 40 }, (_, i) => i % 2) };
    const dataset = Dataset.fromArrays({ ...arrays, classNames: ["dark", "light"], imageSize: 8, test: arrays });
    const network = await Sequential.create("small", dataset, "cpu");
    const pictures = Array.from({ length: 40 }, (_, i) => images.subarray(i * 192, (i + 1) * 192));
    const gone = AbortSignal.abort();
    const own = AbortSignal.abort("enough");
    const calls = {
      predict: (signal) => network.predict(pictures, { signal }),
      predictOne: (signal) => network.predict(pictures[0], { signal }),
      evaluate: (signal) => network.evaluate(dataset, "test", { batchSize: 4, signal }),
      create: (signal) => Sequential.create("efficientnet-lite0", { imageSize: 32, classNames: ["a", "b"] }, { device: "cpu", signal }),
      createAnew: (signal) => Sequential.create("small", dataset, { device: "cpu", signal }),
      fromFolder: (signal) => Dataset.fromFolder([{ path: "a/1.png", file: new Blob(["x"]) }, { path: "b/1.png", file: new Blob(["x"]) }], { imageSize: 8, signal }),
    };
    const ends = {};
    for (const [name, call] of Object.entries(calls)) {
      ends[name] = [await call(gone).catch((error) => [error.name, error instanceof DOMException]), await call(own).catch((error) => error)];
    }
    const progress = [];
    const answers = await network.predict(pictures, { onProgress: (done, total) => progress.push([done, total]) });
    const batches = [];
    const stop = new AbortController();
    await network.evaluate(dataset, "test", { batchSize: 4, onProgress: (done, total) => batches.push([done, total]) });
    const large = await Sequential.create("small", { imageSize: 128, classNames: ["a", "b"] }, "cpu");
    const many = Array.from({ length: 900 }, () => new Uint8Array(128 * 128 * 3));
    let part = 0;
    const stopped = await large.predict(many, { signal: stop.signal, onProgress: (done) => { part = done; stop.abort(); } }).catch(({ name }) => name);
    const misspelt = await network.predict(pictures, { onprogress: () => {} }).catch(({ name, message }) => name + ": " + message);
    const wrong = await network.predict(pictures, { signal: "now" }).catch(({ message }) => message);
    console.log(JSON.stringify({ ends, free: answers.length, part, progress, batches: batches.at(-1), stopped, misspelt, wrong }));
  `);
  for (const [name, [gone, own]] of Object.entries(ends)) assert.deepEqual([gone, own], [["AbortError", true], "enough"], name);
  assert.equal(free, 40);
  assert.deepEqual(progress, [[40, 40]]);
  assert.deepEqual(batches, [10, 10]);
  assert.equal(stopped, "AbortError");
  assert.ok(part > 0 && part < 900, `${part} of 900 were done`);
  assert.equal(misspelt, "ConfigError: predict has no option onprogress; it takes signal and onProgress.");
  assert.equal(wrong, "signal must be an AbortSignal.");
});

test("the folder of a directory handle is read as its files are, with progress", TIMEOUT, async (t) => {
  const page = await withPackage(t, "directory-handle", undefined, "cpu");
  const read = await page.evaluate(async (files) => {
    const root = await navigator.storage.getDirectory();
    const pets = await root.getDirectoryHandle("pets", { create: true });
    for (const [path, bytes] of files) {
      const names = path.split("/");
      let folder = pets;
      for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create: true });
      const writable = await (await folder.getFileHandle(names.at(-1), { create: true })).createWritable();
      await writable.write(new Uint8Array(bytes));
      await writable.close();
    }
    const progress = [];
    const { Dataset } = tabfit;
    const ofHandle = await Dataset.fromFolder(pets, { imageSize: 8, onProgress: (done, total) => progress.push([done, total]) });
    const ofRoot = await Dataset.fromFolder(root, { imageSize: 8 });
    const ofFiles = await Dataset.fromFolder(files.map(([path, bytes]) => ({ path: `pets/${path}`, file: new Blob([new Uint8Array(bytes)]) })), { imageSize: 8 });
    const aborted = await Dataset.fromFolder(pets, { imageSize: 8, signal: AbortSignal.abort() }).catch(({ name }) => name);
    const facts = (dataset) => ({ ...dataset.summary, ...dataset.pictures, parts: [...dataset.pictures.parts], labels: [...dataset.pictures.labels], first: [...dataset.pixels(0)] });
    await root.removeEntry("pets", { recursive: true });
    const empty = await Dataset.fromFolder(root, { imageSize: 8 }).catch(({ name }) => name);
    return { ofHandle: facts(ofHandle), ofRoot: facts(ofRoot), ofFiles: facts(ofFiles), progress: progress.at(-1), aborted, empty };
  }, FILES);
  assert.deepEqual(read.ofHandle, read.ofFiles);
  assert.deepEqual(read.ofRoot, read.ofFiles);
  assert.deepEqual(read.ofFiles.counts.training, [2, 2]);
  assert.deepEqual([read.progress, read.aborted, read.empty], [[4, 4], "AbortError", "DatasetError"]);
});

test("a worker reads an archive as it is", TIMEOUT, async (t) => {
  const page = await withPackage(t, "archive", undefined, "cpu");
  const archive = packed(Object.fromEntries(FILES.map(([path, bytes]) => [`pets/${path}`, Buffer.from(bytes)])));
  const { counts, classNames } = await page.evaluate(async (bytes) => {
    const script = `import init, { Dataset } from "${new URL("/pkg/tabfit.js", location.href)}";
      self.onmessage = async ({ data }) => {
        await init({ device: "cpu" });
        postMessage((await Dataset.fromFolder(data, { imageSize: 8 })).summary);
      };`;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
    worker.postMessage(new Blob([new Uint8Array(bytes)]));
    return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  }, [...archive]);
  assert.deepEqual([counts.training, classNames], [[2, 2], ["cat", "dog"]]);
});
