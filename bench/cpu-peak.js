/** The peak speed of one thread of the processor for WebAssembly, which has vectors of 128 bits, and in some browsers a fused multiply-add. */

import { contend } from "./contend.js";
import { LANES, simdModule } from "./simd.js";

/** Vectors in registers, of which a processor of a desktop has 16 or 32. Few wait for each other, too many go to memory. */
const SUMS = [4, 6, 8, 10, 12, 13, 16, 20, 24];
/** Instructions of a turn, beside which counting the turns is nothing. */
const UNROLLED = 480;
/** The first calls run before the browser has compiled the module well. */
const WARM_MS = 100;
/** So short that on a busy machine some rounds are not interrupted, and long beside what a browser's clock is rounded to. */
const ENOUGH_MS = 10;
const ROUNDS = 30;

contend({
  async open() {
    return { name: "CPU", fallback: false };
  },

  more: {
    /** @returns {Promise<number>} FLOP/s of the fastest round */
    async peak() {
      let most = 0;
      const ways = [false, true].filter((fused) => WebAssembly.validate(simdModule(1, 1, fused)));
      for (const fused of ways) for (const sums of SUMS) most = Math.max(most, await speed(sums, Math.round(UNROLLED / sums), fused));
      return most;
    },
  },
});

async function speed(sums, times, fused) {
  const { instance } = await WebAssembly.instantiate(simdModule(sums, times, fused));
  const run = (turns) => {
    const began = performance.now();
    instance.exports.run(turns);
    return performance.now() - began;
  };
  const end = performance.now() + WARM_MS;
  while (performance.now() < end) run(1000);
  let turns = 1000;
  while (run(turns) < ENOUGH_MS) turns *= 2;
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, run(turns));
  // Each number of a vector is multiplied and added to.
  return (turns * times * sums * LANES * 2 * 1000) / best;
}
