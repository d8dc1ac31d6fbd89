/** The last blocks learn after the head: their first losses equal Keras's, and what they gain. */

import { mean } from "../statistics.mjs";
import { largestDifference } from "./difference.mjs";
import { notMeasured } from "./row.mjs";
import { inWords, measured, seeds } from "./seeds.mjs";
import { split } from "./split.mjs";

const ROW = "blocks";
const LOSSES = "losses";
const SIZE = 96;
const BLOCKS = 2;
const RATE = 1e-4;
const HEAD_EPOCHS = 30;
const EPOCHS = 5;
const STEPS = 5;
const SEEDS = seeds(10);
const BATCH = 32;
const TOLERANCE = 1e-4;

/** @type {import("./row.mjs").Row} */
export const blocks = {
  name: ROW,
  async measure(both, results) {
    await results.once(ROW, LOSSES, () => losses(both));
    let learning;
    for (const seed of SEEDS) {
      await results.once(ROW, seed, async () => trained(both, seed, await (learning ??= ready(both))));
    }
  },
  lines(parts) {
    const recipe = `${HEAD_EPOCHS} epochs of the head at ${SIZE}, then ${EPOCHS} of it with the last ${BLOCKS} blocks and the top convolution at a rate of ${RATE}, batch normalization frozen`;
    const equal = parts.get(LOSSES)?.values;
    const [what, goal] = [`last blocks fine-tuned: ${recipe}`, "the first five losses equal Keras's (1e-4); ten seeds of both printed"];
    if (!equal) return [notMeasured({ what, goal })];
    const runs = measured(parts, SEEDS);
    const of = (who, when) => runs.map((run) => run[who][when]);
    const said = (name, who) => `${name} ${inWords(of(who, "test"))}, the head alone ${mean(of(who, "head")).toFixed(3)}`;
    const few = runs.length < SEEDS.length;
    const number = [
      `five steps: ${equal.steps.tabfit.map((loss) => loss.toFixed(5)).join(" ")}, largest difference ${equal.steps.difference.toExponential(1)}, of five epochs ${equal.epochs.difference.toExponential(1)}`,
      ...(runs.length > 0 ? [said("tabfit", "tabfit"), said("Keras", "keras")] : []),
      ...(few ? [`only ${runs.length} of ${SEEDS.length} seeds`] : []),
    ].join("; ");
    const same = equal.steps.difference <= TOLERANCE;
    return [{ what, goal, number, reached: few && same ? null : same }];
  },
};

/** The losses of five steps, and of five epochs, of both, from the same trained head, without dropout and in the same order. */
async function losses(both) {
  const parts = split((await both.pictures(SIZE)).training, 1);
  const config = { epochs: HEAD_EPOCHS, batchSize: BATCH, shuffle: false };
  await both.network({ size: SIZE, seed: 1, dropout: false });
  await both.tabfit("choose", { size: SIZE, training: parts.training });
  await both.tabfit("fit", { config: { ...config, validationSplit: 0 } });
  const learning = await both.tabfit("learningLayers", { blocks: BLOCKS });
  await both.tabfit("keep");
  await both.handOver(SIZE);
  const cut = await both.python("cut_before", { learning });
  const ask = async (more, command, settings) => {
    await both.tabfit("goBack");
    const { epochs } = await both.tabfit("fit", { learningRate: RATE, config: { ...config, validationSplit: 0, epochs: EPOCHS, ...more } });
    const [tabfit, keras] = [epochs.map(({ loss }) => loss), await both.python(command, { training: parts.training, rate: RATE, ...settings })];
    return { tabfit, keras, difference: largestDifference(tabfit, keras) };
  };
  const steps = await ask({ epochs: STEPS, stepsPerEpoch: 1 }, "block_losses", { steps: STEPS });
  return { steps, epochs: await ask({}, "block_epochs", { epochs: EPOCHS }), learning, cut };
}

/** Keras gets the network once; the names of the layers that learn. */
async function ready(both) {
  await both.network({ size: SIZE, seed: 1 });
  const learning = await both.tabfit("learningLayers", { blocks: BLOCKS });
  await both.python("cut_before", { learning });
  return learning;
}

/** The whole recipe of both, with dropout and shuffled in their own way. */
async function trained(both, seed, learning) {
  const { classNames, training, test } = await both.pictures(SIZE);
  const parts = { ...split(training, seed), test };
  await both.tabfit("create", { size: SIZE, seed, classNames });
  await both.tabfit("choose", { size: SIZE, ...parts });
  await both.tabfit("fit", { config: { epochs: HEAD_EPOCHS, batchSize: BATCH, seed } });
  const { accuracy: head } = await both.tabfit("score");
  const ours = await both.tabfit("learningLayers", { blocks: BLOCKS });
  if (String(ours) !== String(learning)) throw new Error(`other layers learn: ${ours}`);
  const { epochs, ms } = await both.tabfit("fit", { learningRate: RATE, config: { epochs: EPOCHS, batchSize: BATCH, seed } });
  const { accuracy: last } = await both.tabfit("score");
  const settings = { seed, ...parts, epochs: HEAD_EPOCHS, rate: RATE, tail_epochs: EPOCHS };
  return { tabfit: { head, test: last, loss: epochs.at(-1).loss, ms }, keras: await both.python("block_seed", settings) };
}
