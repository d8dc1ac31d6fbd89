/**
 * The part that every contender's worker has in common: it answers the commands of measure.mjs and the other scripts.
 *
 * @typedef {object} Contender
 * @property {(settings: any) => Promise<{ name: string, fallback: boolean, threads?: number } | null>} open loads the weights
 *   and the pictures, and says on what it trains; null if the counters find that out
 * @property {(most: number, go: (loss: number) => boolean) => Promise<void>} losses trains up to `most` steps from the
 *   first batch on, and calls `go` with the loss of each; training ends when `go` returns false
 * @property {(steps: number) => Promise<void>} train trains this many steps from the first batch on without reading
 *   results, and resolves when the last update is done
 * @property {Record<string, (settings: any) => Promise<unknown>>} [more] further commands
 */

import "./counters.js";

const { counts, faults } = globalThis.gpuCounters;

/** @param {Contender} contender */
export function contend(contender) {
  const commands = {
    async open(settings) {
      if (settings.replayed) await import("./replay.js");
      const device = await contender.open(settings);
      return { device: globalThis.gpuCounters.adapter ?? device }; // the adapter that was really used, not the one a library claims
    },

    /** The losses of the first steps, the time until the first of them was done, and the time of the last one. */
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

    /** `threadMs` is the time of a processor that this thread took, where it is known: in Node on Linux. */
    async round({ steps }) {
      const before = { ...counts };
      const [began, thread] = [performance.now(), self.threadMs?.()];
      await contender.train(steps);
      const [ms, threadMs] = [performance.now() - began, self.threadMs ? self.threadMs() - thread : null];
      return { ms, threadMs, counts: Object.fromEntries(Object.keys(counts).map((key) => [key, counts[key] - before[key]])) };
    },

    /** All kernels of these steps in order, each with its milliseconds. */
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
