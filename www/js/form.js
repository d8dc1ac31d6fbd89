/**
 * The form to a `RunConfig`. What the fields start with is in index.html, what they may hold is the
 * engine's to say: every field is sent, and one without a number as NaN, so that its sentence is shown.
 */

import { byId } from "./dom.js";

/**
 * @import { AugmentConfig, CallbackConfig, DeviceKind, Metric, OptimizerConfig } from "../tabfit.js"
 * @import { ModelChoice, RunConfig } from "./protocol.js"
 */

/** Which input a `ConfigError` talks about: its sentence begins with the name of the option. */
const FIELDS = new Map([
  ["epochs", "epochs"],
  ["batchSize", "batch-size"],
  ["seed", "seed"],
  ["validationSplit", "validation-split"],
  ["learningRate", "learning-rate"],
  ["momentum", "momentum"],
  ["rotationRange", "augment-rotation"],
  ["widthShiftRange", "augment-shift"],
  ["heightShiftRange", "augment-shift"],
  ["zoomRange", "augment-zoom"],
  ["brightnessRange", "augment-brightness"],
  ["factor", "reduce-lr-factor"],
]);

const optimizer = byId("optimizer", HTMLSelectElement);

/**
 * @param {DeviceKind} device
 * @param {ModelChoice} model
 * @returns {RunConfig}
 */
export function runConfig(device, model) {
  return {
    device,
    model,
    compile: { optimizer: optimizerConfig(), loss: "categorical_crossentropy", metrics: ["accuracy"] },
    fit: {
      epochs: number("epochs"),
      batchSize: number("batch-size"),
      seed: number("seed"),
      validationSplit: number("validation-split"),
      augment: augmentConfig(),
      ...(checked("balanced") ? { classWeight: /** @type {const} */ ("balanced") } : {}),
      callbacks: callbackConfigs(),
    },
  };
}

/**
 * The field an error talks about, if it is one of the form.
 *
 * @param {unknown} error
 */
export function fieldOf(error) {
  if (!(error instanceof Error) || error.name !== "ConfigError") return null;
  const option = error.message.match(/^\W*(\w+)/)?.[1] ?? "";
  const id = FIELDS.get(option);
  return id ? byId(id, HTMLInputElement) : null;
}

/** Momentum belongs to SGD. */
export function followOptimizer() {
  const momentum = byId("momentum-field", HTMLElement);
  optimizer.addEventListener("change", () => (momentum.hidden = optimizer.value !== "sgd"));
}

/** @returns {OptimizerConfig} */
function optimizerConfig() {
  const learningRate = number("learning-rate");
  const type = /** @type {OptimizerConfig["type"]} */ (optimizer.value);
  return type === "sgd" ? { type, learningRate, momentum: number("momentum") } : { type, learningRate };
}

/** @returns {AugmentConfig} */
function augmentConfig() {
  return {
    horizontalFlip: checked("augment-flip"),
    rotationRange: number("augment-rotation"),
    widthShiftRange: number("augment-shift"),
    heightShiftRange: number("augment-shift"),
    zoomRange: number("augment-zoom"),
    brightnessRange: number("augment-brightness"),
  };
}

/** @returns {CallbackConfig[]} */
function callbackConfigs() {
  /** @type {CallbackConfig[]} */
  const callbacks = [];
  if (checked("early-stopping")) {
    callbacks.push({
      type: "EarlyStopping",
      monitor: /** @type {Metric} */ (choice("early-stopping-monitor")),
      patience: number("early-stopping-patience"),
      restoreBestWeights: checked("early-stopping-restore"),
    });
  }
  if (checked("reduce-lr")) {
    callbacks.push({
      type: "ReduceLROnPlateau",
      monitor: /** @type {Metric} */ (choice("reduce-lr-monitor")),
      patience: number("reduce-lr-patience"),
      factor: number("reduce-lr-factor"),
    });
  }
  return callbacks;
}

/** @param {string} id */
const number = (id) => byId(id, HTMLInputElement).valueAsNumber;

/** @param {string} id */
const checked = (id) => byId(id, HTMLInputElement).checked;

/** @param {string} id */
const choice = (id) => byId(id, HTMLSelectElement).value;
