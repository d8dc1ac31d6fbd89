/**
 * What the worker holds: the pictures, the network, whose turn it is, and what is kept on the disk.
 */

import { TrainerError } from "../shared/errors.js";
import { Autosave } from "./storage/autosave.js";
import { Turns } from "./task-queue.js";

/**
 * @import { Dataset, DatasetSummary, Sequential } from "../../tabfit.js"
 * @import { WorkerEvent } from "../shared/protocol.js"
 */

export const memory = {
  pictures: /** @type {{ dataset: Dataset, summary: DatasetSummary } | null} */ (null),
  network: /** @type {Sequential | null} */ (null),
  /** That network came from a file, so what the autosave holds is another run. */
  opened: false,
};

export const turns = new Turns();
export const autosave = new Autosave(send);

/** What an earlier page left is looked for while the wasm loads. */
export const searched = autosave.find();

export function thePictures() {
  if (!memory.pictures) throw new TrainerError("DatasetError", "Pick pictures first.");
  return memory.pictures;
}

export function theNetwork() {
  if (memory.network) return memory.network;
  throw new TrainerError("ConfigError", "There is no trained network yet: fit one, or open a saved one.");
}

/** @param {WorkerEvent} event */
export function send(event) {
  self.postMessage({ kind: "event", event });
}
