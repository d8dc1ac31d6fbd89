/** Gives one parser one damaged file after the other, in a thread of its own, so that another one can see how long each takes. */

import { parentPort, workerData } from "node:worker_threads";
import { generator } from "../fixtures.mjs";

Promise.withResolvers ??= function () {
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
};
const { name, from, to, seed, files, clock } = workerData;
const { FORMATS } = await import("./formats.mjs");
const { seeds, changes, read, memory } = FORMATS[name];
if (memory) await import("../faults/memory.js");
const whole = seeds();

/** The file of a number, always the same. @param {number} number */
function made(number) {
  const random = generator(seed * 1_000_003 + number);
  let file = whole[Math.floor(random() * whole.length)];
  for (let times = 1 + Math.floor(random() * 3); times > 0; times--) file = changes[Math.floor(random() * changes.length)](file, random);
  return file;
}

/** @param {string} which @param {Buffer} file */
async function tried(which, file) {
  try {
    await read(file);
  } catch (error) {
    parentPort.postMessage({ which, file, error: String(error?.stack ?? error) });
  }
}

for (const [number, file] of whole.entries()) await tried(`whole ${number}`, file);
for (const [file, content] of files) await tried(file, Buffer.from(content));
for (let number = from; number < to; number++) {
  Atomics.store(clock, 0, number);
  Atomics.add(clock, 1, 1);
  await tried(String(number), made(number));
}
Atomics.add(clock, 1, 1);
parentPort.postMessage({ done: to - from });
