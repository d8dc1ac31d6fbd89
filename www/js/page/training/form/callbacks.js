/** Reads the callbacks from the form. */

import { byId } from "../../tools/dom.js";
import { checked, choice, number, numbers, optional, text } from "./inputs.js";

/**
 * @import { CallbackConfig, Metric } from "../../../../tabfit.js"
 * @typedef {"auto" | "min" | "max"} Mode
 */

/** In the order in which they run. The backup comes last, so that its checkpoint includes what the others decided. */
const CALLBACKS = [
  { id: "early-stopping", config: earlyStopping },
  { id: "reduce-lr", config: reduceLrOnPlateau },
  { id: "lr-scheduler", config: () => ({ type: "LearningRateScheduler", schedule: numbers("lr-scheduler-rates") }) },
  { id: "checkpoint", config: modelCheckpoint },
  { id: "csv-logger", config: csvLogger },
  { id: "tensorboard", config: tensorBoard },
  { id: "terminate-on-nan", config: () => ({ type: "TerminateOnNaN" }) },
  { id: "backup", config: () => ({ type: "BackupAndRestore", saveFreq: saveFreq("backup-freq"), frozenApart: true }) },
];

/** @returns {CallbackConfig[]} */
export function callbackConfigs() {
  const chosen = CALLBACKS.filter(({ id }) => checked(id));
  return chosen.map(({ config }) => /** @type {CallbackConfig} */ (config()));
}

/**
 * Fills every `monitor` list with the numbers that a run with these metrics records.
 *
 * @param {readonly string[]} metrics
 */
export function offerMonitors(metrics) {
  const names = ["val_loss", ...metrics.map((name) => `val_${name}`), "loss", ...metrics];
  for (const select of document.querySelectorAll("select.monitor")) {
    const chosen = /** @type {HTMLSelectElement} */ (select).value;
    select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  }
}

/** @returns {CallbackConfig} */
function earlyStopping() {
  return {
    type: "EarlyStopping",
    monitor: monitor("early-stopping-monitor"),
    minDelta: number("early-stopping-min-delta"),
    patience: number("early-stopping-patience"),
    mode: mode("early-stopping-mode"),
    baseline: optional("early-stopping-baseline"),
    restoreBestWeights: checked("early-stopping-restore"),
    startFromEpoch: number("early-stopping-start"),
  };
}

/** @returns {CallbackConfig} */
function reduceLrOnPlateau() {
  return {
    type: "ReduceLROnPlateau",
    monitor: monitor("reduce-lr-monitor"),
    factor: number("reduce-lr-factor"),
    patience: number("reduce-lr-patience"),
    minDelta: number("reduce-lr-min-delta"),
    mode: mode("reduce-lr-mode"),
    cooldown: number("reduce-lr-cooldown"),
    minLr: number("reduce-lr-min"),
  };
}

/** @returns {CallbackConfig} */
function modelCheckpoint() {
  return {
    type: "ModelCheckpoint",
    filepath: text("checkpoint-filepath"),
    monitor: monitor("checkpoint-monitor"),
    saveBestOnly: checked("checkpoint-best"),
    saveWeightsOnly: checked("checkpoint-weights"),
    mode: mode("checkpoint-mode"),
    saveFreq: saveFreq("checkpoint-freq"),
    initialValueThreshold: optional("checkpoint-threshold"),
  };
}

/** `append` is left out: every run starts without files. @returns {CallbackConfig} */
function csvLogger() {
  return { type: "CSVLogger", filename: text("csv-logger-filename"), separator: text("csv-logger-separator") };
}

/** @returns {CallbackConfig} */
function tensorBoard() {
  return {
    type: "TensorBoard",
    logDir: text("tensorboard-log-dir"),
    updateFreq: choice("tensorboard-freq") === "batch" ? "batch" : "epoch",
    imageFreq: checked("tensorboard-images") ? 1 : 0,
  };
}

/** @param {string} id */
const monitor = (id) => /** @type {Metric} */ (byId(id, HTMLSelectElement).value);

/** @param {string} id */
const mode = (id) => /** @type {Mode} */ (choice(id));

/** @param {string} id */
const saveFreq = (id) => optional(id) ?? /** @type {const} */ ("epoch");
