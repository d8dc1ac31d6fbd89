/**
 * What the part for scores takes in WebAssembly, on made-up probabilities: `node bench/scores.mjs [DIST] [PICTURES] [CLASSES]`, once
 * scripts/page.sh has built dist/. V8 is the engine of Chromium, too. The time is the
 * processor's, so that other programs do not count.
 */

import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** A person waits for each of these, so it may take so many milliseconds with 10,000 pictures and fewer with less. */
const MOST = 1000;

const [dist = "dist", pictures = "10000", classes = "4"] = process.argv.slice(2);
const folder = resolve(dist, "study");
const study = await loaded(folder);
const count = Number(pictures);
const names = Array.from({ length: Number(classes) }, (_, index) => `class ${index}`);
const { labels, probabilities } = drawn(count, names.length);
const groups = labels.map((_, index) => index >> 1);

console.log(`${count} pictures of ${names.length} classes; ${cpus()[0]?.model ?? "a processor"}, node ${process.version}; time of the processor, the median of five`);
const calls = {
  "every score, 1,000 resamples": () => study.scores(labels, probabilities, names),
  "the same by groups of two": () => study.scores(labels, probabilities, names, { groups }),
  "both curves of a class, 1,000 resamples": () => study.curves(labels, probabilities, names.length, 0),
  "two networks compared, 1,000 resamples": () => study.compare(labels, probabilities, probabilities, names.length),
  "a reliability diagram": () => study.calibration(labels, probabilities, names.length, 10),
  "a temperature": () => study.fitTemperature(labels, probabilities, names.length),
  "label issues": () => study.labelIssues(labels, probabilities, names.length),
};
for (const [name, call] of Object.entries(calls)) {
  const ms = median(call);
  console.log(`${ms.toFixed(0).padStart(6)} ms  ${name}${ms > MOST ? `, which is more than the ${MOST} ms it may take` : ""}`);
  if (ms > MOST) process.exitCode = 1;
}

/** @param {() => unknown} call */
function median(call) {
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    call();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[2] ?? 0;
}

/** @param {string} folder */
async function loaded(folder) {
  const part = await import(pathToFileURL(resolve(folder, "tabfit.js")).href);
  await part.default({ module_or_path: await readFile(resolve(folder, "tabfit_bg.wasm")) });
  return part;
}

/**
 * Labels, and the probabilities of a network that knows something of them.
 *
 * @param {number} count
 * @param {number} classes
 */
function drawn(count, classes) {
  let state = 42; // a linear congruential generator, so that every run times the same numbers
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const labels = new Uint32Array(count);
  const probabilities = new Float32Array(count * classes);
  for (let picture = 0; picture < count; picture += 1) {
    const label = Math.floor(random() * classes);
    const powers = Array.from({ length: classes }, (_, index) => Math.exp(2 * random() + (index === label ? 1.2 : 0)));
    const sum = powers.reduce((a, b) => a + b);
    labels[picture] = label;
    probabilities.set(powers.map((power) => power / sum), picture * classes);
  }
  return { labels, probabilities };
}
