/**
 * What is measured, and on what. A new contender is a page in this folder and a line here.
 *
 * Such a page reads its settings from its address (`device`, `imageSize`, `batchSize`, `epochSeconds`,
 * `timedEpochs`, `lastMs`), starts by itself, and sets `globalThis.result` to a promise of a `Measurement`.
 *
 * @typedef {object} Measurement
 * @property {{ name: string, fallback: boolean }} device what trained; `fallback` when it is a GPU in software
 * @property {number} firstStepMs from the start of the page's load to the end of the first step
 * @property {number} steps in each timed epoch
 * @property {number[]} msPerStep one mean per timed epoch
 */

export const CONTENDERS = [
  { name: "tabfit-cpu", page: "tabfit.html", device: "cpu" },
  { name: "tabfit-webgpu", page: "tabfit.html", device: "webgpu" },
];

export const CASES = [
  { name: "32x8", imageSize: 32, batchSize: 8 },
  { name: "64x32", imageSize: 64, batchSize: 32 },
];
