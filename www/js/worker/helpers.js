/** The helpers: more workers that share the work of training on the processor. */

import { startWorkers } from "../../tabfit.js";
import { sendEvent } from "./state.js";

/** The processor's cores as the browser counts them: one thread for each is the fastest. */
export const cores = Math.min(navigator.hardwareConcurrency, 64);

/** Each call waits for the one before it. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Makes the next run on the processor use this many threads. If the browser refuses to start more helpers, the run
 * uses those that exist, and the page is told.
 *
 * @param {number} threads the trainer worker itself is one of them
 */
export function startHelpers(threads) {
  const makeHelper = () => new Worker(new URL("../helper.js", import.meta.url), { type: "module", name: "tabfit thread" });
  const started = last.then(() => startWorkers(makeHelper, threads)).then(() => {}, (error) => {
    if (error.name !== "DeviceError") throw error;
    sendEvent({ type: "trouble", message: error.message });
  });
  last = started.catch(() => {});
  return started;
}
