/** The worker of memory.mjs: reads a folder of pictures and trains on it. */

import { contend } from "./contend.js";
import init, { Dataset, Sequential } from "/tabfit.js";

const BATCH_SIZE = 32;
/** How many files are drawn. They are listed repeatedly: the files of a real folder are not in memory either. */
const DRAWN = 50;

let memory, dataset;

contend({
  async open() {
    ({ memory } = await init({ device: "webgpu" })); // the part that trains on both
    return null;
  },
  more: { read, train },
});

/** Reads this many pictures of `side` x `side`, and returns the bytes of the wasm's memory. */
async function read({ images, side }) {
  const drawn = [];
  for (let index = 0; index < DRAWN; index++) drawn.push(await draw(side, index));
  const files = Array.from({ length: images }, (_, i) => ({ path: `${i % 2 ? "odd" : "even"}/${i}.jpg`, file: drawn[i % DRAWN] }));
  dataset = await Dataset.fromFolder(files, { imageSize: side });
  const read = dataset.summary.counts.training.reduce((sum, count) => sum + count, 0);
  if (read !== images) throw new Error(`${read} of ${images} pictures were read`);
  return memory.buffer.byteLength;
}

/** Trains two epochs of this many steps, with validation, and returns the losses and the bytes of the wasm's memory. */
async function train({ device, steps }) {
  const { imageSize, classNames } = dataset;
  const network = await Sequential.create("small", dataset, device, 1);
  network.compile({ optimizer: "adam" });
  const settings = { epochs: 2, batchSize: BATCH_SIZE, stepsPerEpoch: steps, validationSplit: 0.01 };
  const { epochs } = await network.fit(dataset, settings);
  network.free();
  return { imageSize, classNames, losses: epochs.map(({ loss }) => loss), wasmBytes: memory.buffer.byteLength };
}

function draw(side, index) {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d");
  for (let i = 0; i < 300; i++) {
    context.fillStyle = `hsl(${(index * 7 + i * 37) % 360} 50% 50%)`;
    context.fillRect((i * 7919 + index) % side, (i * 104729) % side, 3 + (i % 9), 3 + (i % 7));
  }
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
}
