/** What a person changed while the network trained: marks on the curves, and sentences. */

import { marked, say } from "../../language/say.js";

/**
 * @import { Change } from "../../../../tabfit.js"
 * @typedef {{ at: number, epoch: number, label: string }} Mark `at`: where on the axis of epochs; `epoch`: the first one that it is seen in
 */

/** @type {{ changes: readonly Change[], steps: number | null }} */
let shown = { changes: [], steps: null };

/**
 * Shows these changes with the next curves.
 *
 * @param {readonly Change[]} changes
 * @param {number | null} steps of an epoch; null if they are not known
 */
export function setChanges(changes, steps = null) {
  shown = { changes, steps };
}

export const marks = () => marksOf(shown.changes, shown.steps);

/**
 * An epoch is drawn where it ends, so what changed inside it lies in front.
 *
 * @param {readonly Change[]} changes
 * @param {number | null} steps of an epoch; null if they are not known
 * @param {string} [whose] is put before what is said of each
 * @returns {Mark[]}
 */
export function marksOf(changes, steps, whose = "") {
  /** @type {Map<string, Mark>} */
  const byPlace = new Map();
  for (const change of changes) {
    const { epoch, step } = change;
    const place = `${epoch} ${step}`;
    const before = byPlace.get(place);
    const after = step === 0 ? 0 : steps ? Math.min(1, step / steps) : 0.5;
    const label = before ? `${before.label}, ${short(change)}` : `${whose}${short(change)}`;
    byPlace.set(place, { at: epoch - 1 + after, epoch: after === 1 ? epoch + 1 : epoch, label });
  }
  return [...byPlace.values()];
}

/** A change in few words. @param {Change} change */
export const changeWords = (change) => say("{what} from epoch {epoch}, step {step}", { what: short(change), epoch: change.epoch, step: change.step + 1 });

/** One sentence for each change. @param {readonly Change[]} [changes] those that are shown, unless others are given */
export const changeSentences = (changes = shown.changes) => changes.map(sentence);

/** @param {Change} change */
function short({ what, layer, to }) {
  return what === "dropout" ? say("{layer} {rate}", { layer: layer ?? "", rate: share(to) }) : say("rate {rate}", { rate: share(to) });
}

/** @param {Change} change */
function sentence({ epoch, step, what, layer, from, to }) {
  if (what === "dropout") {
    const values = { epoch, step, layer: layer ?? "", from: share(from), to: share(to) };
    return step === 0
      ? say("Before epoch {epoch}: the dropout of layer {layer} was changed from {from} to {to}.", values)
      : say("Epoch {epoch}, after step {step}: the dropout of layer {layer} was changed from {from} to {to}.", values);
  }
  const values = { epoch, step, from: share(from), to: share(to) };
  return step === 0
    ? say("Before epoch {epoch}: the learning rate was changed from {from} to {to}.", values)
    : say("Epoch {epoch}, after step {step}: the learning rate was changed from {from} to {to}.", values);
}

/** A rate with at most three digits that count: 0.001, 0.25. @param {number} value */
export const share = (value) => marked(String(Number(value.toPrecision(3))));
