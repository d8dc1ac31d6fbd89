/** What frozen layers make of the pictures: read before a run where it is kept, and kept when a run has computed it. */

import { publishKept } from "./kept.js";
import { sendEvent } from "./state.js";
import { keepsNone, reason } from "./storage/autosave.js";
import { forgetFeatures, keepFile, keptFile, removeFile } from "./storage/features.js";

/** @import { Dataset, FitConfig, Sequential } from "../../tabfit.js" */

/**
 * Spares the run what is kept. Whatever fails here, the run computes it instead.
 *
 * @param {Sequential} network
 * @param {Dataset} dataset
 * @param {FitConfig | null} config null for a run that goes on
 */
export async function restoreFeatures(network, dataset, config) {
  await attempt("unread", async () => {
    let bytes = 0;
    for (const found of await network.restoreFeatures(dataset, config, keptFile)) {
      if (found.refusal === null) bytes += found.bytes;
      else {
        sendEvent({ type: "kept-features", what: "refused", bytes: found.bytes, why: found.refusal });
        await removeFile(found.name);
      }
    }
    if (bytes > 0) sendEvent({ type: "kept-features", what: "read", bytes, why: "" });
  });
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
