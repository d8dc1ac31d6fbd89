/** The pixels that a network gets of a file: those that Pillow and Keras make of it, whichever decoder reads it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CMYK } from "./fixtures.mjs";
import { png } from "./png.mjs";
import { openPage } from "./trainer-page.mjs";

const TIMEOUT = { timeout: 3 * 60_000 };

/** A browser that falsifies what is read from a canvas, so that the program's own decoders are used. */
const falsified = () => {
  const { prototype } = globalThis.OffscreenCanvasRenderingContext2D;
  const read = prototype.getImageData;
  prototype.getImageData = function (...all) {
    const image = read.apply(this, all);
    image.data[5] ^= 1;
    return image;
  };
};

/** RGB of a file as a network of this size gets it. */
function seen(tab, file, imageSize) {
  return tab.worker.evaluate(async ({ bytes, imageSize, url }) => {
    const { Dataset } = await import(url);
    const file = new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))]);
    const entries = ["x/a/1.png", "x/b/2.png"].map((path) => ({ path, file }));
    let pixels = [];
    const dataset = await Dataset.fromFolder(entries, { imageSize, onPicture: (rgb) => void (pixels = [...rgb]) });
    dataset.free();
    return pixels;
  }, { bytes: Buffer.from(file).toString("base64"), imageSize, url: `${tab.server.url}tabfit.js` });
}

/** What Pillow's `resize((size, size), BILINEAR)` makes of `value(x, y, channel)`, before it rounds. */
function resized({ width, height, value }, size) {
  const triangles = (from) => Array.from({ length: size }, (_, out) => {
    const [centre, reach] = [((out + 0.5) * from) / size, Math.max(1, from / size)];
    const weights = Array.from({ length: from }, (_, at) => Math.max(0, 1 - Math.abs(at + 0.5 - centre) / reach));
    const sum = weights.reduce((total, weight) => total + weight);
    return weights.flatMap((weight, at) => (weight > 0 ? [[at, weight / sum]] : []));
  });
  const [rows, columns] = [triangles(height), triangles(width)];
  const mix = (row, column, c) => row.reduce((sum, [y, wy]) => sum + wy * column.reduce((line, [x, wx]) => line + wx * value(x, y, c), 0), 0);
  return rows.flatMap((row) => columns.flatMap((column) => [0, 1, 2].map((c) => mix(row, column, c))));
}

const PICTURES = {
  "a checkerboard": { width: 210, height: 210, channels: 3, value: (x, y) => ((x + y) % 2) * 255 },
  noise: { width: 1000, height: 700, channels: 3, value: (x, y, c) => Math.imul(x * 73856093 ^ y * 19349663 ^ c * 83492791, 2654435761) >>> 24 },
};

for (const [decoder, before] of [["the browser's decoder", undefined], ["the program's own decoder", falsified]]) {
  test(`pixels by ${decoder} are Pillow's`, TIMEOUT, async (t) => {
    const tab = await openPage(t, { log: `pixels ${decoder}`, before });
    for (const [what, picture] of Object.entries(PICTURES)) {
      for (const size of [150, 64]) {
        const [actual, expected] = [await seen(tab, png(picture), size), resized(picture, size)];
        const differences = actual.map((value, i) => Math.abs(value - expected[i]));
        const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
        assert.ok(mean <= 0.5 && Math.max(...differences) <= 2, `${what} at ${size}: mean ${mean}, largest ${Math.max(...differences)}`);
      }
    }
    const [red, green, blue] = await seen(tab, CMYK, 8);
    assert.ok(red > 240 && green < 15 && blue < 15, `a CMYK JPEG of red is ${[red, green, blue]}`);
    assert.equal(tab.server.requests.includes("/decoders/tabfit_bg.wasm"), before !== undefined);
  });
}
