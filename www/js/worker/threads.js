/** Starts the threads of a run on the processor while its pictures are read, so that Fit need not wait for them. */

import { measuredCores, promisedCores } from "./cores.js";
import { startHelpers } from "./helpers.js";
import { sendEvent, tasks } from "./state.js";

/** How many cores there really are, which is measured once. @type {Promise<number> | undefined} */
let measured;

const measure = () => (measured ??= measuredCores().then((cores) => {
  if (cores !== promisedCores) sendEvent({ type: "cores", cores });
  return cores;
}));

/** @param {number} threads that the form asks for now; the run refuses what cannot be a number of threads */
export function startThreads(threads) {
  const started = startHelpers(threads).catch((error) => {
    if (error.name !== "ConfigError") throw error;
  });
  // When nothing else is busy: neither the helpers with their start nor the browser with the pictures.
  void started.then(() => tasks.runWhenFree(measure));
}

/**
 * How many threads a run gets that was proposed so many. One that is started right after its pictures were read would
 * otherwise have as many as the browser promises cores.
 *
 * @param {number} threads
 */
export const noMoreThanCores = async (threads) => Math.min(threads, await measure());
