/** The accuracy on the test pictures after thirty epochs of the head, tabfit and Keras on the same held-out pictures. */

import { mean } from "../statistics.mjs";
import { notMeasured } from "./row.mjs";
import { inWords, measured, seeds } from "./seeds.mjs";
import { split } from "./split.mjs";

const ROW = "accuracy";
/** What suits the network best, as the page says. */
const SIZE = 160;
const SEEDS = seeds(10);
const EPOCHS = 30;
const BATCH = 32;
const MOST = 0.02;

/** @type {import("./row.mjs").Row} */
export const accuracy = {
  name: ROW,
  async measure(both, results) {
    let ready;
    for (const seed of SEEDS) {
      await results.once(ROW, seed, async () => {
        await (ready ??= both.network({ size: SIZE, seed: 1 }));
        return trained(both, seed);
      });
    }
  },
  lines(parts) {
    const runs = measured(parts, SEEDS);
    const what = `accuracy on \`Testing/\` at ${SIZE}, ${EPOCHS} epochs, seeds 1 to ${SEEDS.length}, the same held-out pictures`;
    const goal = `means within ${MOST}`;
    if (runs.length === 0) return [notMeasured({ what, goal })];
    const [ours, theirs] = ["tabfit", "keras"].map((who) => runs.map((run) => run[who].test));
    const difference = mean(ours) - mean(theirs);
    const number = `tabfit ${inWords(ours)}, Keras ${inWords(theirs)}; difference ${difference.toFixed(3)}${runs.length < SEEDS.length ? `; only ${runs.length} of ${SEEDS.length} seeds` : ""}`;
    return [{ what, goal, number, reached: runs.length < SEEDS.length ? null : Math.abs(difference) <= MOST }];
  },
};

/** Both from new heads of their own, with dropout and shuffled in their own way; the best validation and the last test accuracy. */
async function trained(both, seed) {
  const { classNames, training, test } = await both.pictures(SIZE);
  const parts = { ...split(training, seed), test };
  await both.tabfit("create", { size: SIZE, seed, classNames });
  await both.tabfit("choose", { size: SIZE, ...parts });
  const { epochs } = await both.tabfit("fit", { config: { epochs: EPOCHS, batchSize: BATCH, seed } });
  const { accuracy: ours } = await both.tabfit("score");
  const keras = await both.python("head_seed", { seed, ...parts, epochs: EPOCHS });
  return { tabfit: { validation: Math.max(...epochs.map((record) => record.val_accuracy)), test: ours }, keras };
}
