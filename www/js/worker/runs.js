/** Runs: a new one, or an unfinished one that goes on. */

import { Sequential } from "../../tabfit.js";
import { TrainerError } from "../shared/errors.js";
import { startHelpers } from "./helpers.js";
import { copyToTrainOn, newNetwork } from "./make-network.js";
import { autosave, sendEvent, state, storageSearch, tasks, theNetwork, thePictures } from "./state.js";
import { warmedUp } from "./warm-up.js";

/**
 * @import { DeviceKind, FitEvent, History, ModelInfo } from "../../tabfit.js"
 * @import { RunConfig, UnfinishedRun } from "../shared/protocol.js"
 */

/**
 * @param {RunConfig} config
 * @param {AbortSignal} signal
 */
export async function fit({ model, device, threads, compile, fit: config }, signal) {
  const { dataset, summary } = thePictures();
  const seed = config.seed ?? 0;
  const network = await ("kept" in model
    ? copyToTrainOn(theNetwork(), model.kept, summary, device, seed)
    : newNetwork(model, summary, device, seed));
  return train(network, async (onEvent) => {
    await prepare(device, threads);
    network.compile(compile);
    signal.throwIfAborted();
    await autosave.begin();
    return network.fit(dataset, config, onEvent, signal);
  });
}

/**
 * Goes on with the unfinished run.
 *
 * @param {DeviceKind} device
 * @param {number} threads
 * @param {AbortSignal} signal
 */
export async function goOn(device, threads, signal) {
  const { dataset } = thePictures();
  const { network: current, opened } = state;
  // A network that was stopped knows its last step; the stored checkpoint may be an epoch older.
  const checkpoint = current && isStopped(current.info) ? await current.checkpoint() : null;
  const network = checkpoint ? await Sequential.load(checkpoint, device) : (await restoreStored(device))?.opened;
  if (!network) throw new TrainerError("ConfigError", "There is no run to go on with.");
  return train(network, async (onEvent) => {
    await prepare(device, threads);
    await (checkpoint && opened ? autosave.begin() : autosave.goOn());
    sendEvent({ type: "continue", history: network.info.history });
    return network.resume(dataset, onEvent, signal);
  });
}

/**
 * The run that could go on. A stored one is opened here, to be sure that it can be.
 *
 * @returns {Promise<UnfinishedRun | null>}
 */
export async function unfinishedRun() {
  const current = state.network?.info;
  if (current && isStopped(current)) return describe(current, { date: Date.now(), device: current.device.kind, threads: autosave.threads });
  const found = await restoreStored("cpu");
  if (!found) return null;
  const { info } = found.opened;
  found.opened.free();
  return describe(info, found);
}

/**
 * Whether the network in memory is that of a run that was stopped. One that was resumed and failed epochs later is not:
 * what is stored is newer.
 *
 * @param {ModelInfo} info
 */
function isStopped({ history, unfinished }) {
  return unfinished !== null && (history?.epochs.length ?? 0) < unfinished.epoch;
}

/** @param {DeviceKind} device */
async function restoreStored(device) {
  await storageSearch;
  return autosave.restore((checkpoint) => Sequential.load(checkpoint, device));
}

/**
 * @param {ModelInfo} info
 * @param {{ date: number, device: DeviceKind, threads?: number | null }} saved
 */
function describe({ classNames, imageSize, unfinished }, { date, device, threads = null }) {
  return unfinished && { date, device, threads, epoch: unfinished.epoch - 1, epochs: unfinished.epochs, classNames, imageSize };
}

/**
 * @param {DeviceKind} device
 * @param {number} threads
 */
async function prepare(device, threads) {
  autosave.threads = null;
  if (device === "cpu") autosave.threads = await startHelpers(threads);
  else await warmedUp();
}

/**
 * Runs a training to its end and decides which network the trainer holds afterwards.
 *
 * @param {Sequential} network
 * @param {(onEvent: (event: FitEvent) => Promise<void>) => Promise<History>} run
 */
async function train(network, run) {
  let usable = false;
  try {
    const history = await run(async (event) => {
      usable ||= event.type === "epoch";
      sendEvent(await autosave.onFitEvent(event));
      await tasks.unpaused; // the run waits for this function, so a pending promise pauses it
    });
    usable = true;
    if (network.info.unfinished) await autosave.save(() => network.checkpoint());
    else await autosave.finish();
    return history;
  } catch (error) {
    await autosave.cancel();
    throw error;
  } finally {
    // A run that fails after its first epoch, for example on a lost GPU, leaves the network of its last epoch;
    // one that fails earlier leaves the network that was there before.
    const old = usable ? state.network : network;
    if (usable) Object.assign(state, { network, opened: false });
    old?.free();
  }
}
