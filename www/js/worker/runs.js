/**
 * Runs, from their start or from where they were broken off. Worker side.
 */

import { Sequential } from "../../tabfit.js";
import { TrainerError } from "../shared/errors.js";
import { useThreads } from "./helpers.js";
import { newNetwork, tunedNetwork } from "./make-network.js";
import { autosave, memory, searched, send, theNetwork, thePictures, turns } from "./state.js";
import { warmed } from "./warm-up.js";

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
  const made = await ("kept" in model
    ? tunedNetwork(theNetwork(), model.kept, summary, device, seed)
    : newNetwork(model, summary, device, seed));
  return train(made, async (onEvent) => {
    await (device === "cpu" ? useThreads(threads) : warmed());
    made.compile(compile);
    await autosave.begin();
    return made.fit(dataset, config, onEvent, signal);
  });
}

/**
 * @param {DeviceKind} device
 * @param {number} threads
 * @param {AbortSignal} signal
 */
export async function goOn(device, threads, signal) {
  const { dataset } = thePictures();
  const { network, opened } = memory;
  // A network that was stopped knows its last step; what is kept may be an epoch older.
  const state = network?.info.unfinished ? await network.checkpoint() : null;
  const made = state ? await Sequential.load(state, device) : (await restored(device))?.opened;
  if (!made) throw new TrainerError("ConfigError", "There is no run to go on with.");
  return train(made, async (onEvent) => {
    await (device === "cpu" ? useThreads(threads) : warmed());
    await (state && opened ? autosave.begin() : autosave.goOn());
    send({ type: "continue", history: made.info.history });
    return made.resume(dataset, onEvent, signal);
  });
}

/**
 * The run that could go on. What lies on the disk is opened to be sure that it can be.
 *
 * @returns {Promise<UnfinishedRun | null>}
 */
export async function unfinishedRun() {
  if (memory.network?.info.unfinished) return described(memory.network.info, { date: Date.now(), device: memory.network.info.device.kind });
  const found = await restored("cpu");
  if (!found) return null;
  const { info } = found.opened;
  found.opened.free();
  return described(info, found);
}

/** @param {DeviceKind} device */
async function restored(device) {
  await searched;
  return autosave.restore((state) => Sequential.load(state, device));
}

/**
 * @param {ModelInfo} info
 * @param {{ date: number, device: DeviceKind }} saved
 */
function described({ classNames, imageSize, unfinished }, { date, device }) {
  return unfinished && { date, device, epoch: unfinished.epoch - 1, epochs: unfinished.epochs, classNames, imageSize };
}

/**
 * @param {Sequential} made
 * @param {(onEvent: (event: FitEvent) => Promise<void>) => Promise<History>} run
 */
async function train(made, run) {
  let usable = false;
  try {
    const history = await run(async (event) => {
      usable ||= event.type === "epoch";
      send(await autosave.hear(event));
      await turns.unpaused; // the run waits for this function, so a pending promise pauses it
    });
    usable = true;
    if (made.info.unfinished) await autosave.save(() => made.checkpoint());
    else await autosave.finish();
    return history;
  } catch (error) {
    await autosave.cancel();
    throw error;
  } finally {
    // A run that fails later, on a lost GPU, leaves the network of its last epoch; one that fails before
    // leaves the network of the run before it.
    const old = usable ? memory.network : made;
    if (usable) Object.assign(memory, { network: made, opened: false });
    old?.free();
  }
}
