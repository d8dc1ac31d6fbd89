/** Starts the threads of a run on the processor while its pictures are read, so that Fit need not wait for them. */

import { measuredCores, promisedCores } from "./cores.js";
import { startHelpers } from "./helpers.js";
import { sendEvent, tasks } from "./state.js";

/** @type {Promise<void> | undefined} */
let measured;

/** @param {number} threads that the form asks for now; the run refuses what cannot be a number of threads */
export function startThreads(threads) {
  const started = startHelpers(threads).catch((error) => {
    if (error.name !== "ConfigError") throw error;
  });
  // Once, when nothing else is busy: neither the helpers with their start nor the browser with the pictures.
  measured ??= started.then(() => tasks.runWhenFree(measuredCores)).then((cores) => {
    if (cores !== promisedCores) sendEvent({ type: "cores", cores });
  });
}
