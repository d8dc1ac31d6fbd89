/** Waits for a contender's answer, but at most for `ms`. */

/** The answer did not come in time. */
export class GivenUp extends Error {}

/** @template T @param {number} ms @param {Promise<T>} work @returns {Promise<T>} */
export function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new GivenUp(`given up after ${Math.round(ms / 1000)} s`)), ms);
  });
  work.catch(() => {}); // after the timeout it may still fail, because its realm is closed
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
