/** What the trainer worker holds: the pictures, the network, the queue of tasks, and the run stored on the disk. */

import { TrainerError } from "../shared/errors.js";
import { Autosave } from "./storage/autosave.js";
import { TaskQueue } from "./task-queue.js";

/**
 * @import { Part as Program } from "../../parts.js"
 * @import { Dataset, DatasetSummary, Details, Part, Sequential } from "../../tabfit.js"
 * @import { FolderEntry, WorkerEvent } from "../shared/protocol.js"
 * @typedef {Details & { network: Sequential, dataset: Dataset, temperature: number | null }} Held
 */

export const state = {
  /** What the page has loaded for this worker. */
  part: /** @type {Program | null} */ (null),
  pictures: /** @type {{ dataset: Dataset, summary: DatasetSummary } | null} */ (null),
  /** The files that the next command which reads some is to read. */
  entries: /** @type {FolderEntry[]} */ ([]),
  network: /** @type {Sequential | null} */ (null),
  /** The network that a run trains; null while none goes on. */
  training: /** @type {Sequential | null} */ (null),
  /** What the last evaluation of each part answered, by which network and for which pictures. @type {Map<Part, Held>} */
  answers: new Map(),
  /** Which pictures belong together, by id: equal numbers do. @type {Uint32Array | null} */
  groups: null,
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

/** The files that the page has handed over; the next command that reads files gets others. */
export function takeEntries() {
  const { entries } = state;
  state.entries = [];
  return entries;
}

export function theNetwork() {
  if (state.network) return state.network;
  throw new TrainerError("ConfigError", "There is no trained network yet: fit one, or open a saved one.");
}

/** @param {WorkerEvent} event */
export function sendEvent(event) {
  self.postMessage({ kind: "event", event });
}
