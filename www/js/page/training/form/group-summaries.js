/** A few words about each group of settings, shown while the group is closed. */

import { marked, say } from "../../language/say.js";

/** @import { AugmentConfig, CompileConfig, FitConfig, OptimizerConfig } from "../../../../tabfit.js" */

const OPTIMIZERS = { adam: "Adam", adamw: "AdamW", rmsprop: "RMSprop", sgd: "SGD" };
const LOSSES = {
  CategoricalCrossentropy: "categorical_crossentropy",
  SparseCategoricalCrossentropy: "sparse_categorical_crossentropy",
  CategoricalFocalCrossentropy: "categorical_focal_crossentropy",
};
/** @type {Record<string, () => string>} */
const AUGMENTATIONS = {
  horizontalFlip: () => say("mirrored"),
  verticalFlip: () => say("upside down"),
  rotationRange: () => say("turned"),
  widthShiftRange: () => say("moved sideways"),
  heightShiftRange: () => say("moved up and down"),
  shearRange: () => say("slanted"),
  zoomRange: () => say("zoomed"),
  channelShiftRange: () => say("colors shifted"),
  brightnessRange: () => say("brightness"),
  randomContrast: () => say("contrast"),
  randomErasing: () => say("erased"),
  featurewiseCenter: () => say("centered by channel"),
  featurewiseStdNormalization: () => say("standardized by channel"),
  samplewiseCenter: () => say("centered by picture"),
  samplewiseStdNormalization: () => say("standardized by picture"),
};

/**
 * @param {CompileConfig} compile
 * @param {FitConfig} fit
 */
export function groupSummaries({ optimizer, loss, metrics = [] }, { augment = {}, callbacks = [], classWeight, ...fit }) {
  const seed = fit.seed ?? 0;
  const named = callbacks.flatMap((callback) => ("type" in callback ? callback.type : []));
  return {
    data: joined([
      heldOut(fit.validationSplit ?? 0),
      fit.shuffle ? say("seed {seed}", { seed }) : say("seed {seed}, not shuffled", { seed }),
      fit.stepsPerEpoch !== undefined && say("{steps} steps per epoch", { steps: fit.stepsPerEpoch }),
    ]),
    augment: joined(augmentations(augment)) || say("pictures as they are"),
    optimizer: joined(optimizerWords(typeof optimizer === "string" ? { type: optimizer } : optimizer)),
    loss: joined([
      typeof loss === "object" ? LOSSES[loss.type] : loss,
      typeof loss === "object" && "labelSmoothing" in loss && !!loss.labelSmoothing && say("smoothed by {n}", { n: marked(String(loss.labelSmoothing)) }),
      classWeight !== undefined && (classWeight === "balanced" ? say("balanced classes") : say("own class weights")),
      metrics.length > 1 && say("{n} metrics", { n: metrics.length }),
    ]),
    callbacks: joined(named.filter((name) => name !== "BackupAndRestore")) || say("none"),
  };
}

/** @param {NonNullable<FitConfig["validationSplit"]>} split */
function heldOut(split) {
  if (typeof split === "object" && "folds" in split) return split.grouped ? say("{folds} folds by groups", { folds: split.folds }) : say("{folds} folds", { folds: split.folds });
  const [fraction, grouped] = typeof split === "object" ? [split.fraction, split.grouped] : [split, false];
  const share = marked(String(shortest(fraction * 100)));
  if (!fraction) return say("nothing held out");
  return grouped ? say("{share} % held out by groups", { share }) : say("{share} % held out", { share });
}

/** @param {AugmentConfig} augment */
function augmentations(augment) {
  return Object.entries(augment).map(([name, value]) => value !== undefined && value !== false && value !== 0 && AUGMENTATIONS[name]?.());
}

/** @param {OptimizerConfig} optimizer */
function optimizerWords({ type, learningRate, weightDecay, ...rest }) {
  return [
    OPTIMIZERS[type],
    typeof learningRate === "object" && learningRate.type,
    "momentum" in rest && !!rest.momentum && say("momentum {n}", { n: marked(String(rest.momentum)) }),
    weightDecay !== undefined && say("weight decay {n}", { n: marked(String(weightDecay)) }),
    (rest.clipnorm ?? rest.clipvalue ?? rest.globalClipnorm) !== undefined && say("clipped"),
  ];
}

/** @param {readonly (string | false | undefined)[]} words */
const joined = (words) => words.filter(Boolean).join(", ");

/** @param {number} value */
const shortest = (value) => Number(value.toFixed(1));
