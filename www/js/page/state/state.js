/** What the page knows. Every step reads and writes it, and calls `refresh` after a change. */

import { hear, say } from "../language/say.js";
import { fieldOf } from "../training/form/form.js";
import { showError, showState, showStatus } from "./controls.js";
import { describeUnfinished } from "./unfinished.js";

/**
 * @import { Change, DatasetSummary, DeviceKind, EpochRecord, FitEvent, ModelInfo } from "../../../tabfit.js"
 * @import { FoldResults } from "../../shared/decisions.js"
 * @import { FolderEntry, Kept, UnfinishedRun } from "../../shared/protocol.js"
 * @import { Phase } from "./controls.js"
 * @typedef {object} Run the run that is shown
 * @property {number} epochs how many are planned
 * @property {number} validationImages
 * @property {EpochRecord[]} before the finished epochs of the unfinished run that it continues
 * @property {string[]} notes what callbacks did so far, in sentences
 * @property {Change[]} changes what the person changed in it
 * @property {number | null} steps of an epoch, once they are known
 * @property {Extract<FitEvent, { type: "start" }>["steerable"] | null} steerable what can be changed in it, and how it stands
 * @property {number} began in milliseconds since 1970
 * @property {number} ended the same; 0 while it goes on, and if it was not trained in this visit
 * @property {"names" | "duplicates" | null} groupedBy what its split keeps together, if it was trained in this visit
 * @property {FoldResults | null} folds what the folds had reached when it ended, if it was trained in this visit as one of them
 * @property {boolean} stuck it has not reacted to Stop
 */

export const page = {
  phase: /** @type {Phase} */ ("idle"),
  /** The trainer worker has answered. */
  started: false,
  /** The best that the loaded part of the program trains on. */
  part: /** @type {DeviceKind} */ ("cpu"),
  /** The trainer worker lost its GPU: only a new worker can open it anew. */
  gpuFailed: false,
  /** What a person is to know of the run that follows, in sentences. */
  notes: /** @type {string[]} */ ([]),
  /** It was asked to pause and has not answered yet. */
  pausing: false,
  /** A single step was asked for and is not done yet. */
  stepping: false,
  /** It was asked to stop and has not ended yet. */
  finishing: false,
  /** The network of the run that is shown, or of a file, is being scored. */
  scoring: false,
  /** The trainer worker holds a network. */
  network: false,
  /** That network is in a file, too, or the person does not want it. */
  saved: false,
  /** What is kept in this browser; null until it is known. */
  kept: /** @type {Kept | null} */ (null),
  /** It is not known what pixels that network was trained on, so the page asks. */
  asksForPixels: false,
  /** The classes of that network have made-up names, so the page asks. */
  asksForNames: false,
  /** That network was opened from a file, and there are test pictures of its classes and size. */
  scorable: false,
  /** The pictures that the trainer worker holds; null before the first load, and after the worker was lost. */
  data: /** @type {DatasetSummary | null} */ (null),
  /** The picked files, kept here so that they can be read again at another size or after the worker was lost. */
  entries: /** @type {FolderEntry[]} */ ([]),
  records: /** @type {EpochRecord[]} */ ([]),
  /** The run that can go on. */
  unfinished: /** @type {UnfinishedRun | null} */ (null),
  /** That run was found when the page or the worker started, so the banner offers it. */
  found: false,
  run: newRun(0, 0),
};

/**
 * @param {number} epochs
 * @param {number} validationImages
 * @returns {Run}
 */
export function newRun(epochs, validationImages) {
  return { epochs, validationImages, before: [], notes: [], changes: [], steps: null, steerable: null, began: Date.now(), ended: 0, groupedBy: null, folds: null, stuck: false };
}

/** Whether there are test pictures of a network's classes and size. @param {ModelInfo} info */
export const canScore = ({ imageSize, classNames }) =>
  page.data !== null && page.data.counts.test !== null && imageSize === page.data.imageSize && classNames.join("\n") === page.data.classNames.join("\n");

export const isRunning = () => page.phase === "training" || page.phase === "paused";
export const isBusy = () => isRunning() || page.phase === "loading";

/**
 * Updates the controls, the banner and the status line after a change of the state.
 *
 * @param {string} [status] a new status line
 */
export function refresh(status) {
  const { phase, started, pausing, finishing, network, scorable, asksForPixels, asksForNames, data, entries, records, run, unfinished, found, kept } = page;
  showState({
    phase, started, pausing, finishing, network, scorable, asksForPixels, asksForNames, found, data: data !== null, epochs: records.length, stuck: run.stuck,
    reloadable: started && data === null && entries.length > 0, unfinished: unfinished !== null,
    steerable: run.steerable !== null && !run.ended,
    keeps: kept?.runs.some(({ weights, ended }) => weights && ended) ?? false,
  });
  if (unfinished) describeUnfinished(unfinished, data !== null);
  if (status) showStatus(status);
}

/** Goes to the state in which nothing runs and no result is shown. */
export function backToReady() {
  page.phase = page.data ? "ready" : "idle";
  refresh(say("Ready"));
}

/**
 * Shows an error. A lost worker is reported by `recover` in start.js, and a cancelled load is no error.
 *
 * @param {unknown} error
 */
export function report(error) {
  const { name, message } = error instanceof Error ? error : { name: "", message: String(error) };
  if (name !== "FatalError" && name !== "AbortError") showError(hear(message), fieldOf(error));
}
