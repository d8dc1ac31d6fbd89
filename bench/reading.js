/** The worker of reading.mjs: compares reading a folder with the browser's decoder alone. */

import { contend } from "./contend.js";
import init, { Dataset, ImageFolder, Sequential } from "/tabfit.js";

/** Decodes without changing the pixels. */
const AS_STORED = { colorSpaceConversion: "none", premultiplyAlpha: "none", imageOrientation: "from-image" };

/** @type {{ path: string, file: Blob }[]} */
let files;

contend({
  async open({ images, side }) {
    await init({ device: "cpu" });
    const canvas = new OffscreenCanvas(side, side);
    files = [];
    for (let index = 0; index < images; index++) {
      draw(canvas.getContext("2d"), side, index);
      const file = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
      files.push({ path: `${index % 2 ? "odd" : "even"}/${index}.jpg`, file });
    }
    return null;
  },
  more: { alone, folder, inspected, predicted },
});

/**
 * What follows at once when the browser has decoded a picture, in milliseconds: its pixels are copied and made small, and those of a
 * folder are measured for data care between the two. It begins where the program gives the decoded picture back, and ends with
 * the next one or with the turn of the program.
 */
const after = { /** @type {number[]} */ each: [], began: 0 };
const ends = () => {
  if (after.began > 0) after.each.push(performance.now() - after.began);
  after.began = 0;
};
const { close } = ImageBitmap.prototype;
ImageBitmap.prototype.close = function () {
  close.call(this);
  after.began = performance.now();
  queueMicrotask(ends);
};
const { drawImage } = OffscreenCanvasRenderingContext2D.prototype;
OffscreenCanvasRenderingContext2D.prototype.drawImage = function (...given) {
  ends();
  return drawImage.apply(this, given);
};

/** The mean of the middle half of what followed each picture: a clock of a tab tells tenths of a millisecond apart, and so does a median. */
function followed() {
  const sorted = after.each.sort((a, b) => a - b);
  const middle = sorted.slice(sorted.length >> 2, sorted.length - (sorted.length >> 2));
  return middle.reduce((sum, ms) => sum + ms, 0) / Math.max(middle.length, 1);
}

/** Draws shapes over a gradient, so that the file has about as many bytes as a photograph. */
function draw(context, side, index) {
  const slope = context.createLinearGradient(0, 0, side, side);
  slope.addColorStop(0, `hsl(${index % 360} 60% 30%)`);
  slope.addColorStop(1, `hsl(${(index * 7) % 360} 60% 70%)`);
  context.fillStyle = slope;
  context.fillRect(0, 0, side, side);
  for (let i = 0; i < 2000; i++) {
    context.fillStyle = `hsl(${(index + i * 37) % 360} 50% 50% / 0.3)`;
    context.fillRect((i * 7919 + index) % side, (i * 104729) % side, 3 + (i % 9), 3 + (i % 7));
  }
}

/** Milliseconds that `createImageBitmap` needs for all files, with `atOnce` files at a time. */
async function alone({ atOnce }) {
  const began = performance.now();
  const pending = [];
  for (const { file } of files) {
    pending.push(createImageBitmap(file, AS_STORED));
    if (pending.length === atOnce) (await pending.shift()).close();
  }
  for (const bitmap of pending) (await bitmap).close();
  return performance.now() - began;
}

/** Milliseconds that tabfit needs from the files to a data set. */
async function folder({ imageSize }) {
  after.each = [];
  const began = performance.now();
  const dataset = await Dataset.fromFolder(files, { imageSize });
  const ms = performance.now() - began;
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0) / files.length;
  const read = dataset.summary.counts.training.reduce((sum, count) => sum + count, 0);
  dataset.free();
  return { ms, bytes, read, followed: followed() };
}

/** Milliseconds for a picture that its checksum takes, with the look at its header and the copy of its bytes, which reading needs anyway. */
async function inspected({ imageSize }) {
  const folder = new ImageFolder(files.map(({ path }) => path), imageSize);
  let ms = 0;
  for (const index of folder.wanted) {
    const bytes = new Uint8Array(await files[index].file.arrayBuffer());
    const began = performance.now();
    folder.inspect(index, bytes);
    ms += performance.now() - began;
  }
  folder.free();
  return ms / files.length;
}

/** The same mean where the same files are predicted, at the same size: then nothing is measured for data care. */
async function predicted({ imageSize }) {
  const layers = [{ type: "GlobalAveragePooling2D" }, { type: "Dense", units: 2, activation: "softmax" }];
  const network = await Sequential.create(layers, { imageSize, classNames: ["even", "odd"] }, "cpu");
  after.each = [];
  await network.predict(files.map(({ file }) => file));
  network.free();
  return followed();
}
