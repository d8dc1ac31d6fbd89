/**
 * The threads that train on the processor. Worker side.
 */

import { startWorkers } from "../../tabfit.js";
import { send } from "./state.js";

/** One for each core, as the browser counts them. */
export const cores = Math.min(navigator.hardwareConcurrency, 64);

/** One start after another. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * The next run on the processor has so many threads. Where a browser refuses them, it has those that there are.
 *
 * @param {number} threads
 */
export function useThreads(threads) {
  const makeWorker = () => new Worker(new URL("../helper.js", import.meta.url), { type: "module", name: "tabfit thread" });
  const started = last.then(() => startWorkers(makeWorker, threads)).then(() => {}, (error) => {
    if (error.name !== "DeviceError") throw error;
    send({ type: "trouble", message: error.message });
  });
  last = started.catch(() => {});
  return started;
}
