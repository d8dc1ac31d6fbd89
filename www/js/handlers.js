/**
 * What the worker does for each command of the page; it owns the pictures and the network.
 */

import { kerasCode, preset, presets, Sequential, summarize } from "../tabfit.js";
import { Autosave } from "./autosave.js";
import { Rasterizer } from "./decode.js";
import { probe } from "./gpu.js";
import { loadFolder } from "./load-folder.js";
import { predictFile } from "./predict-file.js";
import { Turns } from "./turns.js";

/**
 * @import { Dataset, DatasetSummary, FitEvent, History, ModelConfig } from "../tabfit.js"
 * @import { Command, ModelChoice, PredictedPicture, Replies, WorkerEvent } from "./protocol.js"
 * @typedef {{ [T in Command["type"]]: (command: Extract<Command, { type: T }>) => Promise<Replies[T]> }} Handlers
 * @typedef {{ [T in Command["type"]]?: (reply: Replies[T]) => Transferable[] }} Transfers
 */

/** @type {{ dataset: Dataset, summary: DatasetSummary } | null} */
let loaded = null;
/** @type {Sequential | null} */
let network = null;
/** That network came from a file, so what the autosave holds is another run. */
let opened = false;
const turns = new Turns();
const autosave = new Autosave(send);
const left = autosave.find(); // while the wasm loads

/** @type {Handlers} */
export const handlers = {
  async start() {
    return { presets: presets(), ...(await probe()), ...(await left) };
  },

  load({ entries, imageSize }) {
    return turns.alone(async (signal) => {
      const next = await loadFolder(entries, imageSize, signal, (done, total) => send({ type: "loading", done, total }));
      // Only now: until here an error leaves the pictures of before in place.
      loaded?.dataset.free();
      loaded = { dataset: next.dataset, summary: next.summary };
      return { summary: next.summary, thumbnails: next.thumbnails };
    });
  },

  async summary({ model, imageSize, classes }) {
    const config = written(model, imageSize, classes);
    return { layers: config.layers, summary: summarize(config, classes) };
  },

  fit({ config }) {
    return turns.alone(async (signal) => {
      const { dataset, summary } = theData();
      const model = written(config.model, summary.imageSize, summary.classNames.length);
      const made = await Sequential.create(model, summary.classNames, config.device, config.fit.seed ?? 0);
      return train(made, async (onEvent) => {
        made.compile(config.compile);
        const { classNames, imageSize } = summary;
        await autosave.begin({ classNames, imageSize, epoch: 0, epochs: config.fit.epochs ?? 1 });
        return made.fit(dataset, config.fit, onEvent, signal);
      });
    });
  },

  "go-on"({ device }) {
    return turns.alone(async (signal) => {
      const { dataset } = theData();
      /** @param {Uint8Array} state */
      const open = (state) => Sequential.load(state, device);
      // A network that was stopped knows its last step; what is kept may be an epoch older.
      const state = network?.info.unfinished ? await network.checkpoint() : null;
      const made = state ? await open(state) : await autosave.restore(open);
      return train(made, async (onEvent) => {
        const { classNames, imageSize, history, unfinished } = made.info;
        const run = { classNames, imageSize, epoch: unfinished?.epoch ?? 0, epochs: unfinished?.epochs ?? 0 };
        await (opened && state ? autosave.begin(run) : autosave.goOn(run));
        send({ type: "continue", records: history?.epochs ?? [] });
        return made.resume(dataset, onEvent, signal);
      });
    });
  },

  async pause() {
    turns.pause();
  },

  async resume() {
    turns.resume();
  },

  async stop() {
    turns.stop();
  },

  discard: () => turns.inTurn(() => autosave.discard()),
  forget: () => turns.inTurn(() => autosave.forget()),
  file: ({ path }) => autosave.file(path),

  evaluate({ part }) {
    return turns.inTurn(() => theNetwork().evaluate(theData().dataset, part));
  },

  predict({ files }) {
    return turns.inTurn(async () => {
      const model = theNetwork();
      const rasterizer = new Rasterizer(model.info.imageSize);
      /** @type {PredictedPicture[]} */
      const predicted = [];
      for (const file of files) predicted.push(await predictFile(model, rasterizer, file));
      return predicted;
    });
  },

  save: () => turns.inTurn(() => theNetwork().save()),
  export: ({ format }) => turns.inTurn(() => theNetwork().export(format)),

  async "keras-code"({ model, compile, fit }) {
    const { imageSize, classNames } = theData().summary;
    return kerasCode({ model: written(model, imageSize, classNames.length), compile, fit, imageSize, classNames });
  },

  open({ file, device }) {
    return turns.inTurn(async () => {
      const next = await Sequential.load(new Uint8Array(await file.arrayBuffer()), device);
      network?.free();
      network = next;
      opened = true;
      return next.info;
    });
  },
};

/** Large replies move to the page instead of being copied. @type {Transfers} */
export const transfers = {
  load: ({ thumbnails }) => thumbnails.flat(),
  predict: (predicted) => predicted.flatMap(({ thumbnail }) => thumbnail ?? []),
  save: (bytes) => [bytes.buffer],
  export: (files) => files.map(({ bytes }) => bytes.buffer),
};

/** @param {WorkerEvent} event */
function send(event) {
  self.postMessage({ kind: "event", event });
}

/**
 * A run, new or continued.
 *
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
    const old = usable ? network : made;
    if (usable) [network, opened] = [made, false];
    old?.free();
  }
}

/**
 * @param {ModelChoice} model
 * @param {number} imageSize
 * @param {number} classes
 * @returns {ModelConfig}
 */
function written(model, imageSize, classes) {
  return "preset" in model ? preset(model.preset, imageSize, classes) : { imageSize, layers: model.layers };
}

function theData() {
  if (!loaded) throw Object.assign(new Error("Pick pictures first."), { name: "DatasetError" });
  return loaded;
}

function theNetwork() {
  if (network) return network;
  throw Object.assign(new Error("There is no trained network yet: fit one, or open a saved one."), { name: "ConfigError" });
}
