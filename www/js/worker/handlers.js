/**
 * What the worker does for each command of the page.
 */

import { kerasCode, presets, summarize } from "../../tabfit.js";
import { Rasterizer } from "../shared/decode.js";
import { TrainerError } from "../shared/errors.js";
import { probe } from "./gpu.js";
import { cores, useThreads } from "./helpers.js";
import { loadFolder } from "./load-folder.js";
import { openedNetwork, written } from "./make-network.js";
import { predictFile } from "./predict-file.js";
import { fit, goOn, unfinishedRun } from "./runs.js";
import { autosave, memory, send, theNetwork, thePictures, turns } from "./state.js";
import { warm } from "./warm-up.js";

/**
 * @import { Command, PredictedPicture, Replies } from "../shared/protocol.js"
 * @typedef {{ [T in Command["type"]]: (command: Extract<Command, { type: T }>) => Promise<Replies[T]> }} Handlers
 * @typedef {{ [T in Command["type"]]?: (reply: Replies[T]) => Transferable[] }} Transfers
 */

/** @type {Promise<void> | undefined} */
let threads;

/** @type {Handlers} */
export const handlers = {
  async start() {
    const gpu = await probe();
    threads = useThreads(cores); // all that a run may want: nothing is loaded later
    return { presets: presets(), cores, ...gpu };
  },

  async stored() {
    await threads; // the last thing that is loaded
    return turns.inTurn(async () => ({ unfinished: await unfinishedRun(), files: autosave.files }));
  },

  load({ entries, imageSize, run }) {
    return turns.alone(async (signal) => {
      const next = await loadFolder(entries, imageSize, signal, {
        onPlan: (classes) => run && warm(run, imageSize, classes),
        onProgress: (done, total) => send({ type: "loading", done, total }),
      });
      // Only now: until here an error leaves the pictures of before in place.
      memory.pictures?.dataset.free();
      memory.pictures = { dataset: next.dataset, summary: next.summary };
      return { summary: next.summary, thumbnails: next.thumbnails };
    });
  },

  async summary({ model, imageSize, classes }) {
    const config = written(model, imageSize, classes);
    return { layers: config.layers, summary: summarize(config, classes) };
  },

  fit: ({ config }) => turns.alone((signal) => fit(config, signal)),
  "go-on": ({ device, threads }) => turns.alone((signal) => goOn(device, threads, signal)),

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

  evaluate: ({ part }) => turns.inTurn(() => theNetwork().evaluate(thePictures().dataset, part)),

  predict({ files }) {
    return turns.inTurn(async () => {
      const network = theNetwork();
      const { imageSize } = network.info;
      const rasterizer = new Rasterizer(imageSize);
      /** @type {PredictedPicture[]} */
      const predicted = [];
      for (const file of files) predicted.push(await predictFile(network, imageSize, rasterizer, file));
      return predicted;
    });
  },

  save: () => turns.inTurn(() => theNetwork().save()),
  export: ({ format }) => turns.inTurn(() => theNetwork().export(format)),

  async "keras-code"({ model, compile, fit }) {
    const { imageSize, classNames } = thePictures().summary;
    if ("kept" in model) {
      const sentence = "Keras code is written for a preset or for layers of your own; download the network in memory as a Keras script.";
      throw new TrainerError("ConfigError", sentence);
    }
    return kerasCode({ model: written(model, imageSize, classNames.length), compile, fit, classNames });
  },

  open({ files, device }) {
    return turns.inTurn(async () => {
      const next = await openedNetwork(files, device);
      memory.network?.free();
      Object.assign(memory, { network: next, opened: true });
      return next.info;
    });
  },

  info: () => turns.inTurn(async () => theNetwork().info),
};

/** Large replies move to the page instead of being copied. @type {Transfers} */
export const transfers = {
  load: ({ thumbnails }) => thumbnails.flat(),
  predict: (predicted) => predicted.flatMap(({ thumbnail }) => thumbnail ?? []),
  save: (bytes) => [bytes.buffer],
  export: (files) => files.map(({ bytes }) => bytes.buffer),
};
