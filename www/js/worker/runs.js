/** Runs: a new one, or an unfinished one that goes on. */

import { Sequential } from "../../tabfit.js";
import { TrainerError } from "../shared/errors.js";
import { groupedByNow } from "./care.js";
import { keepFeatures, keptFeatures, tellOfFeatures } from "./features.js";
import { startHelpers } from "./helpers.js";
import { keepNetwork, publishKept } from "./kept.js";
import { copyToTrainOn, knowingNetwork } from "./make-network.js";
import { autosave, sendEvent, state, storageSearch, tasks, theNetwork, thePictures } from "./state.js";
import { headerOf } from "./storage/tabfit-header.js";
import { noMoreThanCores } from "./threads.js";
import { warmedUp } from "./warm-up.js";

/**
 * @import { DeviceKind, FitConfig, FitEvent, History, ModelInfo } from "../../tabfit.js"
 * @import { ModelChoice, RunConfig, UnfinishedRun } from "../shared/protocol.js"
 * @import { RunAbout } from "../shared/runs.js"
 */

/**
 * @param {RunConfig} config
 * @param {AbortSignal} signal
 */
export async function fit({ model, device, threads, threadsProposed, compile, fit: config }, signal) {
  const { dataset, summary } = thePictures();
  const seed = config.seed ?? 0;
  const network = await ("kept" in model
    ? copyToTrainOn(theNetwork(), model.kept, summary, device, seed)
    : knowingNetwork(model, summary, device, seed, signal, (name, loaded) => sendEvent({ type: "learnt", name, loaded })));
  const same = "kept" in model && model.kept.sameOptimizer;
  const planned = same ? countedOn(config, network.info.history) : config;
  return train(network, async (onEvent) => {
    // What the browser stores at the beginning takes as long as the start of the threads, and neither needs the other.
    const begun = autosave.begin(about(network, nameOf(model), planned.epochs ?? 1, weightsOf(model)));
    await prepare(device, threads, threadsProposed).finally(() => begun);
    if (!same) network.compile(compile);
    signal.throwIfAborted();
    return network.fit(dataset, { ...planned, signal }, onEvent);
  });
}

/**
 * The settings of a run that goes on where another one ended: everything random follows from the number of the epoch.
 *
 * @param {FitConfig} config
 * @param {History | null} history of the run before
 * @returns {FitConfig}
 */
function countedOn(config, history) {
  const done = history?.epochs.at(-1)?.epoch ?? 0;
  const { epochs = 1, initialEpoch = 0 } = config;
  return initialEpoch > 0 ? config : { ...config, initialEpoch: done, epochs: done + epochs };
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
  if (!checkpoint) await storageSearch;
  const network = checkpoint
    ? await Sequential.load(checkpoint, device)
    : (await autosave.restore((bytes) => Sequential.load(bytes, device)))?.opened;
  if (!network) throw new TrainerError("ConfigError", "There is no run to go on with.");
  return train(network, async (onEvent) => {
    await prepare(device, threads);
    const described = about(network, "Opened", network.info.unfinished?.epochs ?? 1, "kept");
    await (checkpoint && opened ? autosave.begin(described) : autosave.goOn(described));
    sendEvent({ type: "continue", history: network.info.history });
    return network.resume(dataset, { signal }, onEvent);
  });
}

/**
 * The run that could go on. Of a stored one only the header is read.
 *
 * @returns {Promise<UnfinishedRun | null>}
 */
export async function unfinishedRun() {
  const current = state.network?.info;
  if (current && isStopped(current)) return describe(current, { date: Date.now(), device: current.device.kind, threads: autosave.threads });
  await storageSearch;
  const found = await autosave.run?.checkpoint();
  if (!found) return null;
  const { classNames, model, place } = await headerOf(found.checkpoint);
  const unfinished = place ? { epoch: place.epoch, epochs: place.config.epochs } : null;
  return describe({ classNames, imageSize: model.imageSize, unfinished }, found.note);
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

/**
 * @param {Pick<ModelInfo, "classNames" | "imageSize"> & { unfinished: { epoch: number, epochs: number } | null }} run
 * @param {{ date: number, device: DeviceKind, threads?: number | null }} saved
 */
function describe({ classNames, imageSize, unfinished }, { date, device, threads = null }) {
  return unfinished && { date, device, threads, epoch: unfinished.epoch - 1, epochs: unfinished.epochs, classNames, imageSize };
}

/**
 * What the store notes when a run begins.
 *
 * @param {Sequential} network
 * @param {string} name
 * @param {number} epochs
 * @param {RunAbout["began"]} began
 */
function about(network, name, epochs, began) {
  const { classNames, imageSize, device } = network.info;
  return { name, network: name, began, classNames, imageSize, epochs, device: device.kind, browser: navigator.userAgent, groupedBy: groupedByNow() };
}

/** How the weights of a run begin. @param {ModelChoice} model @returns {RunAbout["began"]} */
function weightsOf(model) {
  if ("kept" in model) return "kept";
  return model.pretrained ? `pretrained:${model.pretrained}` : "random";
}

/** What a run is called until the person renames it. @param {ModelChoice} model */
function nameOf(model) {
  if ("preset" in model) return model.preset;
  return "kept" in model ? "Trained on" : "My own layers";
}

/**
 * @param {DeviceKind} device
 * @param {number} threads
 * @param {boolean} [proposed] whether the page has chosen that number, and not the person
 */
async function prepare(device, threads, proposed = false) {
  autosave.threads = null;
  if (device === "cpu") autosave.threads = await startHelpers(proposed ? await noMoreThanCores(threads) : threads);
  else await warmedUp();
}

/** A trained network knows how unlike a picture is to those that it has learned from. @param {Sequential} network */
async function remember(network) {
  const { dataset } = thePictures();
  if (!network.parts(dataset).includes("validation")) return; // nothing says then what is unlike
  await network.remember(dataset).catch((error) => {
    if (error.name !== "ConfigError" && error.name !== "DatasetError") throw error; // a network may have nothing to compare
  });
}

/**
 * Runs a training to its end and decides which network the trainer holds afterwards.
 *
 * @param {Sequential} network
 * @param {(onEvent: (event: FitEvent) => Promise<File | null | void>) => Promise<History>} run
 */
async function train(network, run) {
  let usable = false;
  let computed = false;
  state.training = network;
  if (state.watching) network.lookAt("epochs");
  try {
    const history = await run(async (event) => {
      if (event.type === "missing-features") return keptFeatures(event.name);
      if (event.type === "restored-features") return tellOfFeatures(event);
      usable ||= event.type === "epoch";
      sendEvent(await autosave.onFitEvent(event));
      computed ||= event.type === "features";
      if (event.type === "epoch" && computed) {
        computed = false; // from here on there are no others
        await keepFeatures(thePictures().dataset);
      }
      if (event.type === "step") tasks.stepped();
      await tasks.unpaused; // the run waits for this function, so a pending promise pauses it
    });
    usable = true;
    if (network.info.unfinished) {
      await autosave.save(() => network.checkpoint());
      autosave.stopped();
    } else {
      await remember(network);
      await keepNetwork(network);
    }
    if (computed) await keepFeatures(thePictures().dataset); // it was stopped in its first epoch
    return history;
  } catch (error) {
    await autosave.cancel(usable);
    throw error;
  } finally {
    state.training = null;
    // A run that fails after its first epoch, for example on a lost GPU, leaves the network of its last epoch;
    // one that fails earlier leaves the network that was there before.
    const old = usable ? state.network : network;
    if (usable) Object.assign(state, { network, opened: false });
    old?.free();
    await publishKept();
  }
}
