/**
 * What every contender's worker does the same way: `open`, `check` and `round`, asked for by run.mjs.
 *
 * @typedef {object} Contender
 * @property {(settings: any) => Promise<{ name: string, fallback: boolean } | null>} open loads the weights
 *   and the pictures, and says what trains; null where the counters know
 * @property {(most: number, go: (loss: number) => boolean) => Promise<void>} losses trains up to `most` steps from the
 *   first batch on, and tells the loss of each before its update; `go` answers whether to go on
 * @property {(steps: number) => Promise<void>} train trains so many steps from the first batch on, reads nothing meanwhile,
 *   and then waits until the last update is done
 * @property {Record<string, (settings: any) => Promise<unknown>>} [more] what else it can be asked
 */

import "./counters.js";

const { counts, faults } = globalThis.gpuCounters;

/** @param {Contender} contender */
export function contend(contender) {
  const commands = {
    async open(settings) {
      if (settings.replayed) await import("./replay.js");
      const device = await contender.open(settings);
      return { device: globalThis.gpuCounters.adapter ?? device }; // a library's word counts less than what it took
    },

    /** The losses of the first steps, and how long the last of them took. */
    async check({ most, fewest, limitMs, loadBegan }) {
      const losses = [];
      const ends = [performance.now()];
      await contender.losses(most, (loss) => {
        losses.push(loss);
        ends.push(performance.now());
        return losses.length < fewest || ends.at(-1) - ends[0] < limitMs;
      });
      const firstStepMs = performance.timeOrigin + ends[1] - loadBegan;
      return { losses, firstStepMs, lastStepMs: ends.at(-1) - ends.at(-2) };
    },

    async round({ steps }) {
      const before = { ...counts };
      const began = performance.now();
      await contender.train(steps);
      const ms = performance.now() - began;
      return { ms, counts: Object.fromEntries(Object.keys(counts).map((key) => [key, counts[key] - before[key]])) };
    },

    /** The kernels of so many steps and what belongs to them, in order, each with the milliseconds that it takes. */
    async kernels({ steps }) {
      const { record, time } = await import("./replay.js");
      const timed = [];
      for (const dispatch of await record(() => contender.train(steps))) timed.push({ name: dispatch.name, ms: await time(dispatch) });
      return timed;
    },

    ...contender.more,
  };

  self.onmessage = async ({ data: { command, settings } }) => {
    try {
      const answer = await commands[command](settings);
      if (faults.length > 0) throw new Error(faults[0]);
      self.postMessage({ answer });
    } catch (error) {
      self.postMessage({ error: error?.message ?? String(error) });
    }
  };
}
