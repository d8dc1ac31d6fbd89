/** The features of pictures at three sizes: the time of tabfit beside that of Keras, in turns. */

import { median, rounded } from "../statistics.mjs";
import { notMeasured } from "./row.mjs";
import { split } from "./split.mjs";

const ROW = "features";
const SIZES = [96, 160, 224];
const ROUNDS = 3;
/** Twenty batches. */
const PICTURES = 640;
const BATCH = 32;
const MOST = 1.5;

/** @type {import("./row.mjs").Row} */
export const features = {
  name: ROW,
  async measure(both, results) {
    for (const size of SIZES) await results.once(ROW, size, () => timed(both, size));
  },
  lines: (parts) => SIZES.map((size) => line(size, parts.get(String(size))?.values)),
};

async function timed(both, size) {
  const pictures = await both.pictures(size);
  const { training } = split(pictures.training, 1);
  const numbers = training.slice(0, PICTURES);
  const difference = await both.network({ size, seed: 1, dropout: false });
  await both.tabfit("choose", { size, training: numbers });
  const ways = await both.python("feature_ways", { numbers });
  const [[way]] = Object.entries(ways).sort(([, a], [, b]) => a - b);
  await both.tabfit("features", { batchSize: BATCH }); // warm
  const [tabfit, keras] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    tabfit.push(rounded(await both.tabfit("features", { batchSize: BATCH })));
    keras.push(rounded(await both.python("features", { way })));
  }
  return { pictures: PICTURES, way, tabfit, keras, ways, difference };
}

function line(size, values) {
  const what = `features at ${size}, warm, batches of 32, ${PICTURES} pictures`;
  const goal = `at most ${MOST} times Keras's time`;
  if (!values) return notMeasured({ what, goal });
  const [ours, theirs] = [values.tabfit, values.keras].map((times) => median(times) / 1000);
  const number = `${(ours / theirs).toFixed(2)} times: tabfit ${ours.toFixed(2)} s, Keras ${theirs.toFixed(2)} s (${values.way}), medians of ${ROUNDS}; probabilities in ${values.difference.toExponential(0)}`;
  return { what, goal, number, reached: ours <= MOST * theirs };
}
