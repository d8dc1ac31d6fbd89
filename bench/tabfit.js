/** Trains the preset `bench` on random pixels, in a worker as the page does, and times its epochs. */

import init, { ImageFolder, onFatal, preset, reportGpuFault, Sequential } from "/tabfit.js";
import { watchGpu } from "/js/gpu.js";

const CLASSES = ["a", "b", "c", "d"];
const FEWEST_STEPS = 2;
const MOST_STEPS = 200;

self.onmessage = async ({ data }) => {
  try {
    self.postMessage({ measurement: await measure(data) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};

async function measure({ device, loadBegan, ...numbers }) {
  const { imageSize, batchSize, epochSeconds, timedEpochs, lastMs } = mapValues(numbers, Number);
  const began = performance.now();
  watchGpu(reportGpuFault); // a kernel that is skipped must not look fast
  await init();
  onFatal((message) => self.postMessage({ error: message }));

  const network = await Sequential.create(preset("bench", imageSize, CLASSES.length), CLASSES, device, 1);
  network.compile({ optimizer: { type: "adam" } });

  // Two short epochs: when did the first step end, and how many steps make an epoch long enough to time?
  let firstStepMs = null;
  const trial = await fit(network, dataset(imageSize, FEWEST_STEPS * batchSize), { epochs: 2, batchSize }, (event) => {
    if (event.type === "batch") firstStepMs ??= performance.timeOrigin + performance.now() - loadBegan;
  });
  const wanted = Math.round((epochSeconds * FEWEST_STEPS) / trial.at(-1).seconds);
  const steps = Math.min(Math.max(wanted, FEWEST_STEPS), MOST_STEPS);

  // A slow device gives fewer timed epochs, but never fewer than two: one number has no spread.
  const outOfTime = (epochs) => epochs >= 3 && performance.now() - began > lastMs;
  const data = dataset(imageSize, steps * batchSize);
  const [, ...timed] = await fit(network, data, { epochs: 1 + timedEpochs, batchSize }, () => {}, outOfTime);
  const msPerStep = timed.map(({ seconds }) => (1000 * seconds) / steps);
  const { name, fallback } = network.info.device;
  return { device: { name, fallback }, firstStepMs, steps, msPerStep };
}

/** Fits, and returns the `epoch` events; a loss that is no number, or 0, is no result. */
async function fit(network, data, config, onEvent, enough = () => false) {
  const abort = new AbortController();
  const epochs = [];
  await network.fit(
    data,
    { ...config, validationSplit: 0 },
    (event) => {
      onEvent(event);
      if (event.type !== "epoch") return;
      if (!(event.record.loss > 0)) throw new Error(`epoch ${event.record.epoch} ended with a loss of ${event.record.loss}`);
      epochs.push(event);
      if (enough(epochs.length)) abort.abort();
    },
    abort.signal,
  );
  data.free();
  return epochs;
}

/** Pictures of noise, the classes in turn: how fast a step is does not depend on what it sees. */
function dataset(imageSize, pictures) {
  const paths = Array.from({ length: pictures }, (_, i) => `${CLASSES[i % CLASSES.length]}/${i}.png`);
  const folder = new ImageFolder(paths, imageSize);
  const pixels = new Uint32Array(imageSize * imageSize);
  let state = 1;
  for (const index of folder.wanted) {
    for (let i = 0; i < pixels.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      pixels[i] = (state >>> 8) | 0xff000000; // opaque
    }
    folder.add(index, new Uint8Array(pixels.buffer));
  }
  return folder.finish();
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
