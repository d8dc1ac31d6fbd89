/**
 * The worker: loads the wasm, owns the dataset and the network, answers the page's commands.
 */

import init, { onFatal, preset, presets, reportGpuFault, Sequential, summarize } from "../tabfit.js";
import { decode, Rasterizer, thumbnail } from "./decode.js";
import { probe, watchGpu } from "./gpu.js";
import { loadFolder } from "./load-folder.js";

/**
 * @import { Dataset, DatasetSummary, FitEvent, ModelConfig } from "../tabfit.js"
 * @import { Command, ModelChoice, PredictedPicture, Replies, WorkerMessage } from "./protocol.js"
 * @typedef {{ [T in Command["type"]]: (command: Extract<Command, { type: T }>) => Promise<Replies[T]> }} Handlers
 * @typedef {{ [T in Command["type"]]?: (reply: Replies[T]) => Transferable[] }} Transfers
 */

/** @type {{ dataset: Dataset, summary: DatasetSummary } | null} */
let loaded = null;
/** @type {Sequential | null} */
let network = null;
/** Ends the running `load` or `fit`; null while neither runs. @type {AbortController | null} */
let running = null;
/** The newest of the short commands; each waits for the one before it. @type {Promise<unknown>} */
let last = Promise.resolve();
/** Pending while a run is paused. @type {PromiseWithResolvers<void> | null} */
let pause = null;

/** @type {Handlers} */
const handlers = {
  async start() {
    return { presets: presets(), ...(await probe()) };
  },

  load({ entries, imageSize }) {
    return alone(async (signal) => {
      const next = await loadFolder(entries, imageSize, signal, (done, total) => {
        post({ kind: "event", event: { type: "loading", done, total } });
      });
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
    return alone(async (signal) => {
      const { dataset, summary } = theData();
      const model = written(config.model, summary.imageSize, summary.classNames.length);
      const made = await Sequential.create(model, summary.classNames, config.device, config.fit.seed ?? 0);
      let kept = false;
      try {
        made.compile(config.compile);
        const history = await made.fit(
          dataset,
          config.fit,
          (event) => {
            kept ||= event.type === "epoch";
            return deliver(event);
          },
          signal,
        );
        kept = true;
        return history;
      } finally {
        // A run that fails later, on a lost GPU, leaves the network of its last epoch; one that fails
        // before leaves the network of the run before it.
        const old = kept ? network : made;
        if (kept) network = made;
        old?.free();
      }
    });
  },

  async pause() {
    if (running) pause ??= Promise.withResolvers();
  },

  async resume() {
    pause?.resolve();
    pause = null;
  },

  async stop() {
    running?.abort();
    pause?.resolve(); // a paused run must wake up to end
    pause = null;
  },

  evaluate({ part }) {
    return inTurn(() => theNetwork().evaluate(theData().dataset, part));
  },

  predict({ files }) {
    return inTurn(async () => {
      const model = theNetwork();
      const rasterizer = new Rasterizer(model.info.imageSize);
      /** @type {PredictedPicture[]} */
      const predicted = [];
      for (const file of files) predicted.push(await predictFile(model, rasterizer, file));
      return predicted;
    });
  },

  save() {
    // The copy has a buffer of its own, which can be transferred.
    return inTurn(async () => new Uint8Array(await theNetwork().save()));
  },

  open({ file, device }) {
    return inTurn(async () => {
      const opened = await Sequential.load(new Uint8Array(await file.arrayBuffer()), device);
      network?.free();
      network = opened;
      return opened.info;
    });
  },
};

/** Large replies move to the page instead of being copied. @type {Transfers} */
const transfers = {
  load: ({ thumbnails }) => thumbnails.flat(),
  predict: (predicted) => predicted.flatMap(({ thumbnail }) => thumbnail ?? []),
  save: (bytes) => [bytes.buffer],
};

watchGpu((fault) => ready.then(() => reportGpuFault(fault)));
const ready = init().then(() => onFatal((message) => post({ kind: "fatal", message })));
ready.catch((error) => post({ kind: "fatal", message: `its program did not load (${sentence(error).message})` }));

// Registered before the wasm is ready: commands sent early wait instead of being lost.
self.onmessage = async (/** @type {MessageEvent<{ id: number, command: Command }>} */ { data: { id, command } }) => {
  // TypeScript cannot see that a command's type picks the handler of that same type.
  const handler = /** @type {(command: Command) => Promise<any>} */ (handlers[command.type]);
  const transfer = /** @type {((reply: any) => Transferable[]) | undefined} */ (transfers[command.type]);
  try {
    await ready;
    const value = await handler(command);
    self.postMessage({ kind: "reply", id, value }, { transfer: transfer?.(value) ?? [] });
  } catch (error) {
    // A trap (out of memory, a panic) leaves the wasm in an unknown state; every other error is an answer.
    if (error instanceof WebAssembly.RuntimeError) post({ kind: "fatal", message: error.message });
    else post({ kind: "error", id, error: sentence(error) });
  }
};

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  post({ kind: "fatal", message: sentence(event.reason).message });
});

/** @param {WorkerMessage} message */
function post(message) {
  self.postMessage(message);
}

/**
 * Runs one long command at a time; `stop` aborts its signal.
 *
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} work
 */
async function alone(work) {
  if (running) throw busy();
  running = new AbortController();
  try {
    await last;
    return await work(running.signal);
  } finally {
    running = null;
    pause = null;
  }
}

/**
 * Runs short commands one after another: a network answers one question at a time.
 *
 * @template T
 * @param {() => Promise<T>} work
 */
async function inTurn(work) {
  if (running) throw busy();
  const answer = last.then(work);
  last = answer.catch(() => {}); // whoever asked gets the error; the next command does not
  return answer;
}

/**
 * The run waits for what this returns, so a pending promise pauses it.
 *
 * @param {FitEvent} event
 */
async function deliver(event) {
  post({ kind: "event", event });
  await pause?.promise;
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

/**
 * @param {Sequential} model
 * @param {Rasterizer} rasterizer
 * @param {File} file
 * @returns {Promise<PredictedPicture>}
 */
async function predictFile(model, rasterizer, file) {
  const bitmap = await decode(file);
  try {
    const predictions = bitmap
      ? await model.predict(rasterizer.pixels(bitmap))
      : await model.predictEncoded(new Uint8Array(await file.arrayBuffer()));
    return { name: file.name, thumbnail: bitmap && (await thumbnail(bitmap)), predictions, error: null };
  } catch (error) {
    return { name: file.name, thumbnail: null, predictions: [], error: sentence(error).message };
  } finally {
    bitmap?.close();
  }
}

function theData() {
  if (!loaded) throw named("DatasetError", "Pick pictures first.");
  return loaded;
}

function theNetwork() {
  if (!network) throw named("ConfigError", "There is no trained network yet: fit one, or open a saved one.");
  return network;
}

function busy() {
  return named("BusyError", "The trainer is busy; wait for the end, or stop it first.");
}

/**
 * @param {string} name
 * @param {string} message
 */
function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/** @param {unknown} error */
function sentence(error) {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: "Error", message: String(error) };
}
