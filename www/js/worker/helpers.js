/** The helpers: more workers that share the work of training on the processor. */

import { startWorkers } from "../../tabfit.js";
import { ownWorker } from "../shared/own-worker.js";
import { sendEvent } from "./state.js";

/** Each call waits for the one before it. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * Makes the next run on the processor use this many threads. If the browser refuses to start more helpers, the run
 * uses those that exist, and the page is told.
 *
 * @param {number} threads the trainer worker itself is one of them
 * @returns {Promise<number>} how many there are
 */
export function startHelpers(threads) {
  const started = last.then(() => startWorkers(() => ownWorker("js/helper.js", "tabfit thread"), threads)).catch((error) => {
    if (error.name !== "DeviceError") throw error;
    sendEvent({ type: "trouble", message: error.message });
    return threads;
  });
  last = started.catch(() => {});
  return started;
}
