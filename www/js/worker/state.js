/** What the trainer worker holds: the pictures, the network, the queue of tasks, and the run stored on the disk. */

import { TrainerError } from "../shared/errors.js";
import { Autosave } from "./storage/autosave.js";
import { TaskQueue } from "./task-queue.js";

/**
 * @import { Part } from "../../parts.js"
 * @import { Dataset, DatasetSummary, Sequential } from "../../tabfit.js"
 * @import { FolderEntry, WorkerEvent } from "../shared/protocol.js"
 */

export const state = {
  /** What the page has loaded for this worker. */
  part: /** @type {Part | null} */ (null),
  pictures: /** @type {{ dataset: Dataset, summary: DatasetSummary } | null} */ (null),
  /** The files that the next load reads. */
  entries: /** @type {FolderEntry[]} */ ([]),
  network: /** @type {Sequential | null} */ (null),
  /** The network that a run trains; null while none goes on. */
  training: /** @type {Sequential | null} */ (null),
  /** The person sees what the last step of each epoch did. */
  watching: false,
  /** The network came from a file, so the run in the autosave is not the run of this network. */
  opened: false,
};

export const tasks = new TaskQueue();
export const autosave = new Autosave(sendEvent);

/** The search for a run of an earlier visit begins at once, while the wasm still loads. */
export const storageSearch = autosave.findEarlierRun();

export function thePart() {
  if (!state.part) throw new Error("A command came before the program.");
  return state.part;
}

export function thePictures() {
  if (!state.pictures) throw new TrainerError("DatasetError", "Pick pictures first.");
  return state.pictures;
}

export function theNetwork() {
  if (state.network) return state.network;
  throw new TrainerError("ConfigError", "There is no trained network yet: fit one, or open a saved one.");
}

/** @param {WorkerEvent} event */
export function sendEvent(event) {
  self.postMessage({ kind: "event", event });
}
