/** The pictures of a data set one by one: what was measured of them, and what a person changes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { TIMEOUT, withPackage } from "./package-page.mjs";
import { png } from "./png.mjs";

/** A slope of greys whose direction depends on the number, so that no two look alike. */
const picture = (number) => [...png({ width: 40, height: 30, channels: 3, value: (x, y) => (x * (number % 5) * 2 + y * (number % 7) * 3 + number * 9) % 256 })];

test("pictures are listed, changed and split in groups, and what was measured finds twins", TIMEOUT, async (t) => {
  const page = await withPackage(t, "care");
  const files = [];
  for (const [part, count] of [["train", 10], ["test", 2]]) {
    for (const label of ["cat", "dog"]) {
      for (let number = 0; number < count; number++) files.push([`x/${part}/${label}/${number}.png`, picture(files.length * 11 + 1)]);
    }
  }
  files.push(["x/train/cat/twin.png", files.find(([path]) => path === "x/test/cat/1.png")[1]]);
  const seen = await page.evaluate(async (files) => {
    const { Dataset, Sequential } = tabfit;
    const entries = files.map(([path, bytes]) => ({ path, file: new Blob([new Uint8Array(bytes)]) })).reverse();
    const dataset = await Dataset.fromFolder(entries, { imageSize: 8 });
    const { paths, parts, labels, contents } = dataset.pictures;
    const twin = paths.indexOf("x/train/cat/twin.png");
    const original = paths.indexOf("x/test/cat/1.png");
    const groups = Uint32Array.from(paths, (_, id) => (id === twin ? original : id));
    const excluded = Uint8Array.from(paths, (path) => Number(path === "x/train/dog/3.png"));
    const relabelled = labels.map((label, id) => (paths[id] === "x/train/dog/4.png" ? 0 : label));
    const grouped = dataset.revised({ groups, onOneSide: true });
    const changed = dataset.revised({ excluded, labels: relabelled });
    const network = await Sequential.create("small", dataset, "cpu", 3);
    const epochs = [];
    const manifests = [];
    for (const fold of [0, 1]) {
      await network.fit(changed, { epochs: 1, batchSize: 4, validationSplit: { folds: 2, fold, grouped: true } }, ({ type, validationImages }) => type === "start" && epochs.push(validationImages));
      manifests.push(network.info.manifest.split);
    }
    const refused = (changes) => {
      try {
        return dataset.revised(changes);
      } catch ({ name, message }) {
        return `${name}: ${message}`;
      }
    };
    const scored = await network.evaluate(changed, "validation");
    return {
      paths, parts: [...parts], labels: [...labels], equal: contents[twin] === contents[original], distinct: new Set(contents).size, hex: contents[0].length,
      looks: dataset.looks.length / paths.length, none: tabfit.Dataset.fromArrays({ ...arrays(), classNames: ["dark", "light"], imageSize: 8 }).looks,
      pixels: [...dataset.pixels(original)].join() === [...dataset.pixels(twin)].join() && dataset.pixels(0).length,
      grouped: grouped.summary.counts, changed: changed.summary.counts, before: dataset.summary.counts, epochs, manifests, images: scored.images,
      refused: [refused({ labels: new Uint32Array(3) }), refused({ wrong: 1 }), refused({ groups: [1] })],
      missing: (() => { try { dataset.pixels(99); } catch ({ message }) { return message; } })(),
    };
  }, files);
  assert.deepEqual(seen.paths, files.map(([path]) => path).sort());
  assert.deepEqual([seen.parts.filter((part) => part === 2).length, seen.labels.filter((label) => label === 1).length], [4, 12]);
  assert.deepEqual([seen.equal, seen.distinct, seen.hex, seen.none], [true, files.length - 1, 32, null]);
  assert.ok(Number.isInteger(seen.looks) && seen.looks > 256);
  assert.equal(seen.pixels, 8 * 8 * 3);
  assert.deepEqual(seen.before, { training: [11, 10], validation: null, test: [2, 2] });
  assert.deepEqual(seen.grouped, { training: [10, 10], validation: null, test: [2, 2] });
  assert.deepEqual(seen.changed, { training: [12, 8], validation: null, test: [2, 2] });
  assert.deepEqual(seen.epochs, [10, 10]);
  assert.equal(seen.manifests[0].training, seen.manifests[1].validation, "what one fold learned from, the other held out");
  assert.equal(seen.images, 10);
  assert.match(seen.refused[0], /^ConfigError: labels has 3 numbers for 25 pictures/);
  assert.match(seen.refused[1], /^ConfigError: changes has no option wrong/);
  assert.match(seen.refused[2], /^ConfigError: groups must be a Uint32Array/);
  assert.match(seen.missing, /There is no picture 99; there are 25\./);
});
