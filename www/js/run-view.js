/**
 * Step 3 on the page: progress, tiles, charts, the reading, notes and the table of epochs.
 */

import { Chart } from "./chart.js";
import { byId, element, row } from "./dom.js";
import { decimals, percent, progressText, rate, short } from "./format.js";

/**
 * @import { EpochRecord, FitEvent, Metric } from "../tabfit.js"
 * @import { Point } from "./scale.js"
 */

const bar = byId("epoch-progress", HTMLProgressElement);
const text = byId("epoch-text", HTMLElement);
const table = byId("history-table", HTMLTableElement);
const notes = byId("notes", HTMLElement);
const reading = byId("reading", HTMLElement);
const tiles = {
  accuracy: byId("tile-accuracy", HTMLElement),
  valAccuracy: byId("tile-val-accuracy", HTMLElement),
  loss: byId("tile-loss", HTMLElement),
  valLoss: byId("tile-val-loss", HTMLElement),
};

const lossChart = new Chart(byId("loss-chart", HTMLCanvasElement), byId("loss-values", HTMLElement), {
  title: "Loss",
  format: (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2)),
});
const accuracyChart = new Chart(byId("accuracy-chart", HTMLCanvasElement), byId("accuracy-values", HTMLElement), {
  title: "Accuracy",
  format: (value) => `${Number((value * 100).toFixed(1))} %`,
  fixed: [0, 1],
});

/** @param {readonly EpochRecord[]} records */
export function showRecords(records, planned = records.length) {
  draw(records, planned);
  table.tBodies[0]?.replaceChildren(...records.map(epochRow));
  const last = records.at(-1);
  showTraining(last?.accuracy, last?.loss);
  showValidation(last);
}

/**
 * Adds the newest epoch; the rows before it stay as they are.
 *
 * @param {readonly EpochRecord[]} records
 * @param {number} planned
 */
export function addRecord(records, planned) {
  const last = records.at(-1);
  if (!last) return;
  draw(records, planned);
  table.tBodies[0]?.append(epochRow(last));
  showTraining(last.accuracy, last.loss);
  showValidation(last);
}

/**
 * @param {Extract<FitEvent, { type: "batch" }>} batch
 * @param {number} epochs
 */
export function showBatch(batch, epochs) {
  const steps = Math.max(1, batch.steps);
  showProgress((batch.epoch - 1 + batch.step / steps) / Math.max(1, epochs), progressText(batch, epochs));
  showTraining(batch.accuracy, batch.loss);
}

/**
 * @param {number | null} share from 0 to 1; null while nothing can be measured
 * @param {string} sentence
 */
export function showProgress(share, sentence) {
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
  text.textContent = sentence;
}

/**
 * @param {string} sentence
 * @param {readonly string[]} sentences what callbacks did
 */
export function showReading(sentence, sentences) {
  reading.textContent = sentence;
  notes.hidden = sentences.length === 0;
  notes.replaceChildren(...sentences.map((note) => element("li", note)));
}

/**
 * @param {readonly EpochRecord[]} records
 * @param {number} planned
 */
function draw(records, planned) {
  accuracyChart.show(pair(records, "accuracy", "val_accuracy"), planned);
  lossChart.show(pair(records, "loss", "val_loss"), planned);
}

/**
 * @param {readonly EpochRecord[]} records
 * @param {Metric} training
 * @param {Metric} validation
 */
function pair(records, training, validation) {
  return [
    { label: "training", color: "--training", dashed: false, points: series(records, training) },
    { label: "validation", color: "--validation", dashed: true, points: series(records, validation) },
  ];
}

/**
 * A value that is not a number leaves a gap instead of a false zero.
 *
 * @param {readonly EpochRecord[]} records
 * @param {Metric} metric
 * @returns {Point[]}
 */
function series(records, metric) {
  return records.flatMap((record) => {
    const value = record[metric];
    return value == null || !Number.isFinite(value) ? [] : [/** @type {const} */ ([record.epoch, value])];
  });
}

/** @param {EpochRecord} record */
function epochRow({ epoch, loss, accuracy, val_loss, val_accuracy, learning_rate }) {
  return row([String(epoch), ...[loss, accuracy, val_loss, val_accuracy].map(decimals), rate(learning_rate)]);
}

/**
 * @param {number | null | undefined} accuracy
 * @param {number | null | undefined} loss
 */
function showTraining(accuracy, loss) {
  tiles.accuracy.textContent = percent(accuracy);
  tiles.loss.textContent = short(loss);
}

/** @param {EpochRecord | undefined} record */
function showValidation(record) {
  tiles.valAccuracy.textContent = percent(record?.val_accuracy);
  tiles.valLoss.textContent = short(record?.val_loss);
}
