/**
 * How many threads are worth starting. Some browsers promise more cores than there are (WebKit says at least 4), and more
 * threads than cores only wait for one another.
 */

/** How long the threads count, in milliseconds. */
const MOMENT = 25;
/** The best of so many rounds counts, because other programs may be busy in one of them. */
const ROUNDS = 3;
/** Two threads are never too many to try: the gain of a second core is larger than the loss without one. */
const SURE = 2;

/** The processor's cores as the browser counts them. */
export const promisedCores = Math.min(navigator.hardwareConcurrency, 64);

/**
 * Has one thread count alone and then all at once. Together they get as much further as there are cores.
 *
 * @returns {Promise<number>} from 1 to `promisedCores`
 */
export async function measuredCores() {
  if (promisedCores <= SURE) return promisedCores;
  const threads = Array.from({ length: promisedCores }, () => new Worker(new URL("../spin.js", import.meta.url), { type: "module" }));
  try {
    await count(threads, 1); // the first count also waits for the scripts
    let most = SURE;
    for (let round = 0; round < ROUNDS; round++) {
      const [alone = 1] = await count(threads.slice(0, 1), MOMENT);
      const together = await count(threads, MOMENT);
      most = Math.max(most, Math.round(together.reduce((sum, each) => sum + each, 0) / Math.max(1, alone)));
    }
    return Math.min(most, promisedCores);
  } catch {
    return promisedCores; // a thread did not start: helpers will tell
  } finally {
    for (const thread of threads) thread.terminate();
  }
}

/**
 * @param {Worker[]} threads
 * @param {number} milliseconds
 * @returns {Promise<number[]>}
 */
function count(threads, milliseconds) {
  return Promise.all(threads.map((thread) => new Promise((resolve, reject) => {
    thread.onmessage = ({ data }) => resolve(data);
    thread.onerror = reject;
    thread.postMessage(milliseconds);
  })));
}
