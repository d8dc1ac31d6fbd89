/** What frozen layers make of the pictures: read before a run where it is kept, and kept when a run has computed it. */

import { publishKept } from "./kept.js";
import { sendEvent } from "./state.js";
import { forgetFeatures, keepFile, keptFile, removeFile } from "./storage/features.js";
import { keepsNone, reason } from "./storage/reason.js";

/**
 * @import { Dataset, FitEvent } from "../../tabfit.js"
 * @typedef {Extract<FitEvent, { type: "restored-features" }>} Restored
 */

/** What the run would compute, if it is kept. Whatever fails here, the run computes it. @param {string} name */
export async function keptFeatures(name) {
  /** @type {File | null} */
  let file = null;
  await attempt("unread", async () => {
    file = await keptFile(name);
  });
  return file;
}

/** The run has read what was kept; what it refuses is deleted. @param {Restored} restored */
export async function tellOfFeatures({ name, bytes, refusal }) {
  if (refusal === null) return sendEvent({ type: "kept-features", what: "read", bytes, why: "" });
  sendEvent({ type: "kept-features", what: "refused", bytes, why: refusal });
  await attempt("unread", () => removeFile(name));
}

/** Keeps what the run has computed, if that is not kept already. @param {Dataset} dataset */
export async function keepFeatures(dataset) {
  await attempt("unkept", async () => {
    let bytes = 0;
    for (const file of dataset.featureFiles()) {
      if (await keepFile(file, (part) => dataset.featurePart(file.name, part))) bytes += file.bytes;
    }
    if (bytes === 0) return;
    sendEvent({ type: "kept-features", what: "kept", bytes, why: "" });
    await publishKept();
  });
}

/** Deletes what is kept. */
export async function dropFeatures() {
  await forgetFeatures();
  await publishKept();
}

/**
 * @param {"unread" | "unkept"} what
 * @param {() => Promise<void>} work
 */
async function attempt(what, work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error; // the wasm is unusable after a trap
    const { name } = /** @type {Error} */ (error);
    if (keepsNone(error) || ["ConfigError", "DeviceError"].includes(name)) return; // nothing was wished, or the run says it too
    sendEvent({ type: "kept-features", what, bytes: 0, why: reason(error) });
  }
}
