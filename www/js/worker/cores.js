/**
 * How many threads are worth starting. Some browsers promise more cores than there are (WebKit says at least 4), and more
 * threads than cores only wait for one another.
 */

import { ownWorker } from "../shared/own-worker.js";

/** How long the threads are busy, in milliseconds: long enough for the system to take turns. */
const MOMENT = 40;
/** They begin so much later, because they do not hear of it at the same time. */
const LEAD = 10;
/** The best of so many rounds counts, because other programs may be busy in one of them. */
const ROUNDS = 3;
/** Two threads are never too many to try: a second core gains more than a second thread without one loses. */
const SURE = 2;
/** A promise is kept if the cores are there for this share of the time: other programs run too. */
const KEPT = 0.75;

/** The processor's cores as the browser counts them. */
export const promisedCores = Math.min(navigator.hardwareConcurrency, 64);

/**
 * Keeps as many threads busy as there should be cores. The time that they run, all together, is that of the cores that
 * there are. How fast they run does not matter: cores differ, and are slower when all of them work.
 *
 * @returns {Promise<number>} from 1 to `promisedCores`
 */
export async function measuredCores() {
  if (promisedCores <= SURE) return promisedCores;
  const threads = Array.from({ length: promisedCores }, () => ownWorker("js/spin.js", "tabfit core"));
  try {
    await busy(threads, 0); // their scripts are loaded now
    let most = 0;
    for (let round = 0; round < ROUNDS && most < KEPT * promisedCores; round++) most = Math.max(most, await busy(threads, MOMENT));
    return most < KEPT * promisedCores ? Math.max(SURE, Math.round(most)) : promisedCores;
  } catch {
    return promisedCores; // a thread did not start: the helpers will say so
  } finally {
    for (const thread of threads) thread.terminate();
  }
}

/**
 * @param {Worker[]} threads
 * @param {number} milliseconds
 * @returns {Promise<number>} how many cores they had
 */
async function busy(threads, milliseconds) {
  const from = performance.timeOrigin + performance.now() + LEAD;
  const shares = await Promise.all(threads.map((thread) => new Promise((resolve, reject) => {
    thread.onmessage = ({ data }) => resolve(data);
    thread.onerror = reject;
    thread.postMessage({ from, until: from + milliseconds });
  })));
  return shares.reduce((sum, share) => sum + share, 0);
}
