/** Waits for a contender's answer, but not forever. */

/** @template T @param {number} ms @param {Promise<T>} work @returns {Promise<T>} */
export function within(ms, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`given up after ${Math.round(ms / 1000)} s`)), ms);
  });
  work.catch(() => {}); // when given up, it fails later, on a realm that is closed
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
