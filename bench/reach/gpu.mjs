/** The probabilities of a trained head on WebGPU beside those on the processor. */

import { inWords } from "../markdown.mjs";
import { largestDifference } from "./difference.mjs";
import { notMeasured } from "./row.mjs";

const ROW = "webgpu";
const SIZE = 160;
const PICTURES = 16;
/** Every fifth picture trains the head, so that its answers are not all alike. */
const EVERY = 5;
const TOLERANCE = 1e-3;

/** @type {import("./row.mjs").Row} */
export const webgpu = {
  name: ROW,
  measure: (both, results) => results.once(ROW, SIZE, () => compared(both)),
  lines(parts) {
    const what = `WebGPU against the CPU, ${PICTURES} pictures of \`Testing/\` at ${SIZE}`;
    const goal = "probabilities within 1e-3";
    const values = parts.get(String(SIZE))?.values;
    if (!values) return [notMeasured({ what, goal })];
    const { difference, device, adapter, least, most } = values;
    const number = `${difference.toExponential(1)}, on ${inWords(device.fallback ? { ...adapter, fallback: true } : adapter)}; probabilities from ${least.toExponential(0)} to ${most.toFixed(3)}`;
    return [{ what, goal, number, reached: difference <= TOLERANCE }];
  },
};

async function compared(both) {
  const { classNames, training, test } = await both.pictures(SIZE);
  const tabfit = (command, settings) => both.tabfit(command, settings, "webgpu"); // the part that trains on both
  await tabfit("create", { size: SIZE, seed: 1, classNames });
  await tabfit("choose", { size: SIZE, training: training.filter((_, at) => at % EVERY === 0) });
  await tabfit("fit", { config: { epochs: 30, batchSize: 32, seed: 1, validationSplit: 0 } });
  await tabfit("keep");
  const numbers = test.filter((_, at) => at % Math.floor(test.length / PICTURES) === 0).slice(0, PICTURES);
  const expected = await tabfit("predict", { size: SIZE, numbers });
  const device = await tabfit("goBack", { device: "webgpu" });
  if (device.kind !== "webgpu") throw new Error("there is no WebGPU here");
  const before = await tabfit("dispatches");
  const actual = await tabfit("predict", { size: SIZE, numbers });
  const dispatches = (await tabfit("dispatches")) - before;
  if (!(dispatches >= PICTURES)) throw new Error(`the GPU was given nothing to do: ${dispatches} dispatches`);
  const all = expected.flat();
  return { difference: largestDifference(actual, expected), device, adapter: both.browser.adapter, dispatches, pictures: numbers.length, least: Math.min(...all), most: Math.max(...all) };
}
