/** The progress of a run: the bar, the tiles, the curves, the table of epochs, and what can be read from the curves. */

import { say } from "../../language/say.js";
import { written } from "../../language/shown.js";
import { byId, element, setText } from "../../tools/dom.js";
import { count, duration, percent, progressText, short } from "../../tools/format.js";
import { changeSentences } from "./changes.js";
import { drawCurves } from "./curves.js";
import { addRows, showRows } from "./history-table.js";

/** @import { EpochRecord, FitEvent } from "../../../../tabfit.js" */

const bar = byId("epoch-progress", HTMLProgressElement);
const text = byId("epoch-text", HTMLElement);
const notes = byId("notes", HTMLElement);
const reading = byId("reading", HTMLElement);
const tiles = {
  accuracy: byId("tile-accuracy", HTMLElement),
  valAccuracy: byId("tile-val-accuracy", HTMLElement),
  loss: byId("tile-loss", HTMLElement),
  valLoss: byId("tile-val-loss", HTMLElement),
};

/** @param {readonly EpochRecord[]} records */
export function showRecords(records, planned = records.length) {
  drawCurves(records, planned);
  showRows(records);
  const last = records.at(-1);
  showTraining(last?.accuracy, last?.loss);
  showValidation(last);
}

/**
 * Shows the epochs that are not shown yet, without building the table anew.
 *
 * @param {readonly EpochRecord[]} records
 * @param {number} planned
 */
export function addRecords(records, planned) {
  const last = records.at(-1);
  if (!last) return;
  drawCurves(records, planned);
  addRows(records);
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
 * Before the first step, the frozen layers run once.
 *
 * @param {Extract<FitEvent, { type: "features" }>} features
 */
export function showFeatures({ done, pictures, secondsLeft }) {
  const values = { done: count(done), all: count(pictures), time: duration(secondsLeft) };
  const sentence = say("What the frozen layers make of the pictures: {done} of {all} · {time} left", values);
  showProgress(done / pictures, sentence);
}

/**
 * Pictures are evaluated: after a run, or within it, where the bar stays at the step of the run.
 *
 * @param {Extract<FitEvent, { type: "test" }>} test
 * @param {boolean} afterRun
 */
export function showTest({ step, steps, secondsLeft }, afterRun) {
  const values = { step, steps, time: duration(secondsLeft) };
  const sentence = afterRun ? say("Scoring · step {step} of {steps} · {time} left", values) : say("Validation · step {step} of {steps} · {time} left", values);
  showProgress(afterRun ? step / steps : bar.value, sentence);
}

/**
 * @param {number | null} share from 0 to 1; null if it is not known
 * @param {string} sentence
 */
export function showProgress(share, sentence) {
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
  setText(text, sentence);
}

/** What `showProgress` showed last. */
export function progressNow() {
  const sentence = written.get(text)?.get("")?.again ?? (() => text.textContent);
  return { share: bar.hasAttribute("value") ? bar.value : null, sentence };
}

/** The reading that is shown. */
export const readingNow = () => reading.textContent;

/**
 * @param {string} sentence
 * @param {readonly string[]} ofCallbacks what the callbacks did; what the person changed comes after it
 */
export function showReading(sentence, ofCallbacks) {
  const sentences = [...ofCallbacks, ...changeSentences()];
  setText(reading, sentence);
  notes.hidden = sentences.length === 0;
  sentences.forEach((note, i) => setText(notes.children[i] ?? notes.appendChild(element("li", "")), note));
  while (notes.children.length > sentences.length) notes.lastElementChild?.remove();
}

/**
 * @param {number | null | undefined} accuracy
 * @param {number | null | undefined} loss
 */
function showTraining(accuracy, loss) {
  setText(tiles.accuracy, percent(accuracy));
  setText(tiles.loss, short(loss));
}

/** @param {EpochRecord | undefined} record */
function showValidation(record) {
  setText(tiles.valAccuracy, percent(record?.val_accuracy));
  setText(tiles.valLoss, short(record?.val_loss));
}
