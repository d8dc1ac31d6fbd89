/** What the coming run will take: its memory from shapes, and its time from one measured step. */

import { startHelpers } from "./helpers.js";
import { copyToTrainOn, newNetwork } from "./make-network.js";
import { theNetwork, thePictures } from "./state.js";
import { warmedUp } from "./warm-up.js";

/** @import { RunConfig, RunEstimate } from "../shared/protocol.js" */

/** A forward pass takes about a third of a training step. */
const FORWARD = 1 / 3;

/**
 * @param {RunConfig} run
 * @param {AbortSignal} signal aborted when something else is to be done
 * @returns {Promise<RunEstimate>}
 */
export async function measure({ model, device, threads, compile, fit }, signal) {
  const { dataset, summary } = thePictures();
  const seed = fit.seed ?? 0;
  const network = await ("kept" in model
    ? copyToTrainOn(theNetwork(), model.kept, summary, device, seed)
    : newNetwork(model, summary, device, seed));
  try {
    network.compile(compile);
    await (device === "cpu" ? startHelpers(threads) : warmedUp());
    const needs = network.needs(dataset, fit);
    const batchSize = fit.batchSize ?? 32;
    if (needs.batchSize !== batchSize) return { needs, batchSize, once: 0, seconds: null };
    signal.throwIfAborted();
    // Two epochs of one step: the first step also prepares the device. Nothing is validated.
    const oneStep = { ...fit, initialEpoch: 0, epochs: 2, stepsPerEpoch: 1, validationFreq: [3], callbacks: [] };
    let known = false;
    let steps = 0;
    let seconds = 0;
    await network.fit(dataset, { ...oneStep, signal }, (event) => {
      if (event.type === "start") {
        const pass = Math.ceil(event.trainingImages / batchSize);
        steps = Math.min(pass, fit.stepsPerEpoch ?? pass) + FORWARD * event.validationImages / batchSize;
      }
      if (event.type === "features") known = true; // an earlier run has computed them
      if (event.type === "epoch") seconds = event.seconds;
    });
    if (signal.aborted) return { needs, batchSize, once: 0, seconds: null };
    // The measured step runs the frozen layers too, if it is not known what they make of the pictures.
    const share = needs.frozen?.once && !known ? needs.frozen.share : 0;
    return { needs, batchSize, once: share * seconds * steps, seconds: (1 - share) * seconds * steps };
  } finally {
    network.free();
  }
}
