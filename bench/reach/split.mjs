/** The pictures that are held out: the last tenth after shuffling by the seed, for tabfit and Keras alike. */

import { generator } from "../../tests/page/fixtures.mjs";

const HELD_OUT = 0.1;

/**
 * @param {number[]} numbers of the training pictures
 * @param {number} seed
 */
export function split(numbers, seed) {
  const random = generator(seed);
  const order = [...numbers];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  const kept = Math.round(order.length * (1 - HELD_OUT));
  return { training: order.slice(0, kept), validation: order.slice(kept) };
}
