/** What the lesson sees of the page: its pictures, its fields and its runs. Nothing here changes the page. */

import { page } from "../state/state.js";
import { byId } from "../tools/dom.js";

/**
 * @import { EpochRecord } from "../../../tabfit.js"
 * @typedef {string | number | boolean} Value what a field should hold; text fields that hold numbers are compared as numbers
 * @typedef {readonly [id: string, wanted: Value]} Need
 * @typedef {{ loss: number, accuracy: number, valLoss: number | null, valAccuracy: number | null }} Epoch
 * @typedef {object} RunFacts a run that the person has done
 * @property {number} epochs how many it had
 * @property {number} planned
 * @property {Epoch} first
 * @property {Epoch} last
 * @property {number} bestEpoch the one of the lowest validation loss
 * @property {Epoch} best
 * @property {string} score on the test pictures, as the page shows it; empty if they were not scored
 */

/**
 * A control of the page.
 *
 * @param {string} id
 */
export const field = (id) => /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(id, HTMLElement));

/** What a control holds. @param {string} id */
export function held(id) {
  const control = field(id);
  return control instanceof HTMLInputElement && control.type === "checkbox" ? control.checked : control.value;
}

/** @param {string | boolean | undefined} value @param {Value} wanted */
const isSame = (value, wanted) => (typeof wanted === "number" ? value !== "" && Number(value) === wanted : value === wanted);

/**
 * Those of the needs that are not met.
 *
 * @param {readonly Need[]} needs
 * @param {(id: string) => string | boolean | undefined} [value] what each field holds, or held
 */
export const unmet = (needs, value = held) => needs.filter(([id, wanted]) => !isSame(value(id), wanted));

/** The drawn shapes are loaded, and not other pictures. */
export const hasShapes = () => page.data?.classNames.join() === "circle,square,triangle";

/** How many pictures each part has. */
export function counts() {
  const { training, test } = page.data?.counts ?? { training: [], test: null };
  return { training: sum(training), test: sum(test ?? []), of: training };
}

/** The number of parameters that the page shows for the chosen network; null while it shows none. */
export function parameters() {
  const digits = /Total params: ([\d,]+)/.exec(byId("summary", HTMLElement).textContent)?.[1];
  return digits === undefined ? null : Number(digits.replaceAll(",", ""));
}

/** The run that has just ended. @returns {RunFacts | null} null without an epoch */
export function endedRun() {
  const { records, run } = page;
  const [first, last] = [records[0], records.at(-1)];
  if (!first || !last) return null;
  const best = records.reduce((best, record) => ((record.val_loss ?? Infinity) < (best.val_loss ?? Infinity) ? record : best));
  return {
    epochs: records.length, planned: run.epochs, first: epoch(first), last: epoch(last), bestEpoch: best.epoch, best: epoch(best),
    score: byId("evaluation", HTMLElement).hidden ? "" : byId("test-accuracy", HTMLElement).textContent,
  };
}

/** @param {EpochRecord} record @returns {Epoch} */
function epoch({ loss, accuracy, val_loss, val_accuracy }) {
  return { loss: loss ?? NaN, accuracy: accuracy ?? NaN, valLoss: val_loss ?? null, valAccuracy: val_accuracy ?? null };
}

/** The most frequent mistake in the confusion matrix; null if there is none. */
export function worstMistake() {
  const table = byId("confusion", HTMLTableElement);
  const said = [...(table.tHead?.rows[0]?.cells ?? [])].map(({ textContent }) => textContent);
  let worst = { truth: "", said: "", count: 0 };
  for (const { cells } of table.tBodies[0]?.rows ?? []) {
    for (const [i, cell] of [...cells].entries()) {
      const count = Number(cell.textContent);
      if (cell.classList.contains("wrong") && count > worst.count) worst = { truth: cells[0]?.textContent ?? "", said: said[i] ?? "", count };
    }
  }
  return worst.count > 0 ? worst : null;
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
