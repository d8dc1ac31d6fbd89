/** The head on features that are known: losses equal Keras's without anything random, and the time of thirty epochs. */

import { median, rounded } from "../statistics.mjs";
import { largestDifference } from "./difference.mjs";
import { notMeasured } from "./row.mjs";
import { split } from "./split.mjs";

const SIZE = 96;
const EPOCHS = 30;
const BATCH = 32;
const ROUNDS = 5;
const MOST = 1 / 3;
/** `fit` without any setting for speed. */
const PLAIN = "fit";
const TOLERANCE = 1e-4;

/** @type {import("./row.mjs").Row} */
export const equal = {
  name: "equal",
  measure: (both, results) => results.once("equal", SIZE, () => losses(both)),
  lines(parts) {
    const what = "the same features, head weights and order as Keras, dropout off";
    const goal = "losses of thirty epochs within 1e-4";
    const values = parts.get(String(SIZE))?.values;
    if (!values) return [notMeasured({ what, goal })];
    const { loss, validation, tabfit, keras } = values;
    const number = `largest difference ${loss.toExponential(1)} (validation ${validation.toExponential(1)}); from ${tabfit[0].toFixed(6)} to ${tabfit.at(-1).toFixed(6)}, Keras ${keras.at(-1).toFixed(6)}`;
    return [{ what, goal, number, reached: loss <= TOLERANCE }];
  },
};

/** @type {import("./row.mjs").Row} */
export const head = {
  name: "head",
  measure: (both, results) => results.once("head", SIZE, () => times(both)),
  lines(parts) {
    const what = "thirty epochs of the head on cached features, 900 pictures, 100 for validation";
    const goal = "at most a third of Keras's time";
    const values = parts.get(String(SIZE))?.values;
    if (!values) return [notMeasured({ what, goal })];
    const [ours, theirs, plain] = [values.tabfit, values.keras, values.plain].map((list) => median(list) / 1000);
    const beside = values.way === PLAIN ? "" : `, with plain \`fit\` ${plain.toFixed(2)} s: ${(ours / plain).toFixed(2)}`;
    const number = `${(ours / theirs).toFixed(2)} of it: tabfit ${ours.toFixed(2)} s, Keras ${theirs.toFixed(2)} s (${values.way}${beside}), medians of ${ROUNDS}; losses in ${values.loss.toExponential(0)}`;
    return [{ what, goal, number, reached: ours <= MOST * theirs }];
  },
};

/** Thirty epochs of both without dropout, from the same weights and in the same order. */
async function losses(both) {
  const parts = split((await both.pictures(SIZE)).training, 1);
  await both.network({ size: SIZE, seed: 1, dropout: false });
  await both.tabfit("choose", { size: SIZE, ...parts });
  const { epochs } = await both.tabfit("fit", { config: { epochs: EPOCHS, batchSize: BATCH, shuffle: false } });
  const keras = await both.python("head_losses", { ...parts, epochs: EPOCHS });
  const of = (name) => epochs.map((record) => record[name]);
  return {
    loss: largestDifference(of("loss"), keras.loss),
    validation: largestDifference(of("val_loss"), keras.val_loss),
    tabfit: of("loss"),
    keras: keras.loss,
  };
}

/** Both know the features, and have trained before. */
async function times(both) {
  const { loss } = await losses(both);
  if (!(loss <= TOLERANCE)) throw new Error(`the head's losses differ by ${loss}`);
  const pictures = await both.pictures(SIZE);
  const parts = split(pictures.training, 1);
  const ways = await both.python("head_ways", { ...parts, epochs: EPOCHS });
  const [[way]] = Object.entries(ways).sort(([, a], [, b]) => a - b);
  const [tabfit, keras, plain] = [[], [], []];
  for (let round = 0; round <= ROUNDS; round++) {
    await both.tabfit("create", { size: SIZE, seed: 1, classNames: pictures.classNames });
    const { ms, featuresMs, epochs } = await both.tabfit("fit", { config: { epochs: EPOCHS, batchSize: BATCH } });
    if (epochs.length !== EPOCHS || featuresMs > 1000) throw new Error(`the features were not known: ${featuresMs} ms`);
    const fastest = await both.python("head", { way });
    const asItIs = way === PLAIN ? fastest : await both.python("head", { way: PLAIN });
    if (round === 0) continue; // warm
    tabfit.push(rounded(ms));
    keras.push(rounded(fastest));
    plain.push(rounded(asItIs));
  }
  return { way, tabfit, keras, plain, ways, loss };
}
