/** A few words about each group of settings, shown while the group is closed. Pure functions. */

/** @import { AugmentConfig, CompileConfig, FitConfig, OptimizerConfig } from "../../../../tabfit.js" */

const OPTIMIZERS = { adam: "Adam", adamw: "AdamW", rmsprop: "RMSprop", sgd: "SGD" };
const LOSSES = {
  CategoricalCrossentropy: "categorical_crossentropy",
  SparseCategoricalCrossentropy: "sparse_categorical_crossentropy",
  CategoricalFocalCrossentropy: "categorical_focal_crossentropy",
};
const AUGMENTATIONS = new Map([
  ["horizontalFlip", "mirrored"],
  ["verticalFlip", "upside down"],
  ["rotationRange", "turned"],
  ["widthShiftRange", "moved sideways"],
  ["heightShiftRange", "moved up and down"],
  ["shearRange", "slanted"],
  ["zoomRange", "zoomed"],
  ["channelShiftRange", "colors shifted"],
  ["brightnessRange", "brightness"],
  ["randomContrast", "contrast"],
  ["randomErasing", "erased"],
  ["featurewiseCenter", "centered by channel"],
  ["featurewiseStdNormalization", "standardized by channel"],
  ["samplewiseCenter", "centered by picture"],
  ["samplewiseStdNormalization", "standardized by picture"],
]);

/**
 * @param {CompileConfig} compile
 * @param {FitConfig} fit
 */
export function groupSummaries({ optimizer, loss, metrics = [] }, { augment = {}, callbacks = [], classWeight, ...fit }) {
  const named = callbacks.flatMap((callback) => ("type" in callback ? callback.type : []));
  return {
    data: joined([
      fit.validationSplit ? `${shortest(fit.validationSplit * 100)} % held out` : "nothing held out",
      fit.shuffle ? `seed ${fit.seed}` : `seed ${fit.seed}, not shuffled`,
      fit.stepsPerEpoch !== undefined && `${fit.stepsPerEpoch} steps per epoch`,
    ]),
    augment: joined(augmentations(augment)) || "pictures as they are",
    optimizer: joined(optimizerWords(typeof optimizer === "string" ? { type: optimizer } : optimizer)),
    loss: joined([
      typeof loss === "object" ? LOSSES[loss.type] : loss,
      typeof loss === "object" && "labelSmoothing" in loss && !!loss.labelSmoothing && `smoothed by ${loss.labelSmoothing}`,
      classWeight !== undefined && (classWeight === "balanced" ? "balanced classes" : "own class weights"),
      metrics.length > 1 && `${metrics.length} metrics`,
    ]),
    callbacks: joined(named.filter((name) => name !== "BackupAndRestore")) || "none",
  };
}

/** @param {AugmentConfig} augment */
function augmentations(augment) {
  return Object.entries(augment).map(([name, value]) => value !== undefined && value !== false && value !== 0 && AUGMENTATIONS.get(name));
}

/** @param {OptimizerConfig} optimizer */
function optimizerWords({ type, learningRate, weightDecay, ...rest }) {
  return [
    OPTIMIZERS[type],
    typeof learningRate === "object" && learningRate.type,
    "momentum" in rest && !!rest.momentum && `momentum ${rest.momentum}`,
    weightDecay !== undefined && `weight decay ${weightDecay}`,
    (rest.clipnorm ?? rest.clipvalue ?? rest.globalClipnorm) !== undefined && "clipped",
  ];
}

/** @param {readonly (string | false | undefined)[]} words */
const joined = (words) => words.filter(Boolean).join(", ");

/** @param {number} value */
const shortest = (value) => Number(value.toFixed(1));
