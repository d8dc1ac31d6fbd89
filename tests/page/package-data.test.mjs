/** Data sets of the package: from files, and from arrays of pixels. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";
import { png } from "./png.mjs";

const FOLDER = { "pets/cat/1.png": 20, "pets/cat/2.png": 20, "pets/dog/1.png": 220, "pets/dog/2.png": 220 };

test("a folder is read with progress, by paths of one's own, and its reading can be ended", TIMEOUT, async (t) => {
  const page = await withPackage(t, "reading");
  const files = Object.entries(FOLDER).map(([path, grey]) => [path, [...png({ width: 9, height: 7, channels: 3, value: () => grey })]]);
  const read = await page.evaluate(async (files) => {
    const { Dataset, Sequential } = tabfit;
    const entries = files.map(([path, bytes]) => ({ path, file: new Blob([new Uint8Array(bytes)]) })).reverse();
    const progress = [];
    const dataset = await Dataset.fromFolder(entries, { imageSize: 8, onProgress: (done, total) => progress.push([done, total]) });
    const network = await Sequential.create("small", dataset, "cpu");
    const aborted = await Dataset.fromFolder(entries, { imageSize: 8, signal: AbortSignal.abort() }).catch(({ name }) => name);
    const thrown = await Dataset.fromFolder(entries, { imageSize: 8, onProgress: () => { throw new Error("enough"); } }).catch(({ message }) => message);
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
