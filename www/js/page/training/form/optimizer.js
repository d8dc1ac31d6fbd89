/** Reads the optimizer from the form, with its learning rate and gradient clipping. */

import { checked, choice, number, numbers, optional } from "./inputs.js";

/** @import { OptimizerConfig, Schedule } from "../../../../tabfit.js" */

/** @returns {OptimizerConfig} */
export function optimizerConfig() {
  const type = /** @type {OptimizerConfig["type"]} */ (choice("optimizer"));
  const shared = { learningRate: learningRate(), weightDecay: optional("weight-decay"), ...clipping() };
  switch (type) {
    case "adam":
    case "adamw":
      return {
        type, ...shared, beta1: number("beta1"), beta2: number("beta2"), epsilon: number("epsilon"), amsgrad: checked("amsgrad"),
      };
    case "rmsprop":
      return {
        type, ...shared, rho: number("rho"), momentum: number("momentum"), epsilon: number("epsilon"), centered: checked("centered"),
      };
    case "sgd":
      return { type, ...shared, momentum: number("momentum"), nesterov: checked("nesterov") };
  }
}

/** @returns {number | Schedule} */
function learningRate() {
  const type = /** @type {Schedule["type"] | ""} */ (choice("schedule"));
  const initialLearningRate = number("learning-rate");
  switch (type) {
    case "":
      return initialLearningRate;
    case "ExponentialDecay":
      return {
        type, initialLearningRate, decaySteps: number("decay-steps"), decayRate: number("decay-rate"), staircase: checked("staircase"),
      };
    case "CosineDecay":
      return {
        type, initialLearningRate, decaySteps: number("decay-steps"), alpha: number("cosine-alpha"),
        warmupTarget: optional("warmup-target"), warmupSteps: number("warmup-steps"),
      };
    case "PiecewiseConstantDecay":
      return { type, boundaries: numbers("boundaries"), values: numbers("boundary-values") };
  }
}

function clipping() {
  const kind = /** @type {"clipnorm" | "clipvalue" | "globalClipnorm" | ""} */ (choice("clipping"));
  return kind === "" ? {} : { [kind]: number("clip") };
}
