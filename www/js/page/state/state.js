/**
 * What the page knows, and how it speaks to the worker and to the person. The steps share it.
 */

import { fieldOf } from "../training/form/form.js";
import { showError, showState, showStatus } from "./controls.js";
import { describeUnfinished } from "./unfinished.js";

/**
 * @import { DatasetSummary, EpochRecord } from "../../../tabfit.js"
 * @import { FolderEntry, UnfinishedRun } from "../../shared/protocol.js"
 * @import { Phase } from "./controls.js"
 * @typedef {object} Run the run on show
 * @property {number} epochs planned
 * @property {number} validationImages
 * @property {EpochRecord[]} before the epochs behind it, where it goes on from an earlier one
 * @property {string[]} notes what callbacks did so far
 * @property {boolean} ended
 * @property {boolean} stuck it did not hear Stop
 */

export const page = {
  phase: /** @type {Phase} */ ("idle"),
  /** The worker has answered. */
  started: false,
  /** The run is ending: stopping, or being scored. */
  finishing: false,
  /** The worker holds a network. */
  network: false,
  /** That network was opened, and fits the test pictures in memory. */
  scorable: false,
  /** The pictures the worker holds; null before the first load, and after a worker was lost. */
  data: /** @type {DatasetSummary | null} */ (null),
  /** The files stay with the page, so that another size or a lost worker needs no new picking. */
  entries: /** @type {FolderEntry[]} */ ([]),
  records: /** @type {EpochRecord[]} */ ([]),
  /** The run that could go on. */
  unfinished: /** @type {UnfinishedRun | null} */ (null),
  /** It was found when the page or the worker started, so the person must be told of it. */
  found: false,
  run: newRun(0, 0),
};

/**
 * @param {number} epochs
 * @param {number} validationImages
 * @returns {Run}
 */
export function newRun(epochs, validationImages) {
  return { epochs, validationImages, before: [], notes: [], ended: false, stuck: false };
}

export const isRunning = () => page.phase === "training" || page.phase === "paused";
export const isBusy = () => isRunning() || page.phase === "loading";

/**
 * Brings the controls in line with the state.
 *
 * @param {string} [sentence] for the status line
 */
export function refresh(sentence) {
  const { phase, started, finishing, network, scorable, data, entries, records, run, unfinished, found } = page;
  showState({
    phase, started, finishing, network, scorable, found, data: data !== null, epochs: records.length, stuck: run.stuck,
    reloadable: started && data === null && entries.length > 0, unfinished: unfinished !== null,
  });
  if (unfinished) describeUnfinished(unfinished, data !== null);
  if (sentence) showStatus(sentence);
}

/** The state to be in when nothing runs and no run has just ended. */
export function rest() {
  page.phase = page.data ? "ready" : "idle";
  refresh("Ready");
}

/**
 * Tells the person about an error, once: a fatal end tells of itself, and a cancelled load is no error.
 *
 * @param {unknown} error
 */
export function report(error) {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  if (name !== "FatalError" && name !== "AbortError") showError(message, fieldOf(error));
}
