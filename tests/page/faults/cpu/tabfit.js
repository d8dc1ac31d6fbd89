/**
 * Stands in for the wasm in Node: a network is a number and a list of layers, and each epoch makes another number of it that only
 * follows from the one before. Its files have the heads of real ones.
 */

const named = (name, message) => Object.assign(new Error(message), { name });
const FROZEN = "frozen.";

/** What the test orders: after which epoch a run fails, and on what. @type {{ failAfter: number | null, error: Error | null, refused: string[] }} */
export const orders = { failAfter: null, error: null, refused: [] };
/** How many networks have not been freed. */
export const alive = new Set();

/** The same rule for every run, so that one that was broken off can be compared with one that was not. */
const trained = (weight, epoch) => (Math.imul(weight, 31) + 7 * epoch) >>> 0;

export class Sequential {
  #state;

  constructor(state, device) {
    this.#state = { frozen: [], history: null, unfinished: null, optimizer: null, temperature: null, ...structuredClone(state) };
    this.device = device;
    alive.add(this);
  }

  static async create({ imageSize, layers }, classNames, options, seed = options.seed) {
    const { device = options, weights } = Object(options);
    if (weights && new TextDecoder().decode(weights) !== "sound") throw named("ModelFileError", "These weights are damaged.");
    return new Sequential({ imageSize, layers, classNames, weight: weights ? 1000 + seed : seed }, device);
  }

  static async load(bytes, device) {
    let state;
    try {
      const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
      state = JSON.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))).__metadata__.tabfit).all;
    } catch {
      throw named("ModelFileError", "This file is damaged.");
    }
    if (!state) throw named("ModelFileError", "This file is of something else.");
    return new Sequential(state, device);
  }

  static import(files, device) {
    return Sequential.load(files[0].bytes, device);
  }

  get info() {
    const { imageSize, classNames, history, unfinished, layers } = this.#state;
    const summary = { layers: layers.map((name) => ({ name, parameters: name === "flatten" ? 0 : 10 })) };
    return { imageSize, classNames, history, unfinished, summary, manifest: null, device: { kind: this.device } };
  }

  get weight() {
    return this.#state.weight;
  }

  get frozen() {
    return this.#state.frozen;
  }

  get temperature() {
    return this.#state.temperature;
  }

  async save({ includeOptimizer = false } = {}) {
    return this.#file({ ...this.#state, optimizer: includeOptimizer ? this.#state.optimizer : null });
  }

  async checkpoint() {
    return this.#file(this.#state);
  }

  #file(state) {
    const { imageSize, classNames, unfinished, history } = state;
    const epochs = (history?.epochs ?? []).map(({ epoch, ...logs }) => [epoch, logs]);
    const place = unfinished && { epoch: unfinished.epoch, config: { epochs: unfinished.epochs } };
    const about = { model: { imageSize }, classNames, place, history: { epochs, notes: [], reading: "" }, manifest: null, all: state };
    const head = new TextEncoder().encode(JSON.stringify({ __metadata__: { tabfit: JSON.stringify(about) } }));
    const bytes = new Uint8Array(8 + head.length + 100);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
    bytes.set(head, 8);
    return bytes;
  }

  compile(compile) {
    this.#state.optimizer = compile.optimizer;
  }

  replaceHead(classNames, seed) {
    Object.assign(this.#state, { classNames, weight: this.#state.weight + seed });
  }

  setTrainable(names, wanted) {
    if (names.includes("wrong")) throw named("ConfigError", "There is no such layer.");
    this.#state.frozen = [...this.#state.frozen.filter((name) => !names.includes(name)), ...(wanted ? [] : names)];
  }

  loadWeights(bytes) {
    if (orders.refused.includes("weights")) throw named("ModelFileError", "These weights do not fit.");
    this.#state.weight = bytes.length;
  }

  async loadKerasWeights(bytes) {
    this.#state.weight = -bytes.length;
  }

  parts(dataset) {
    return dataset.parts;
  }

  async remember() {
    if (orders.refused.includes("memory")) throw named("ConfigError", "There is nothing to compare.");
    if (orders.refused.includes("device")) throw named("DeviceError", "The device is lost.");
    this.#state.temperature = 1;
  }

  lookAt(what) {
    this.looked = what;
  }

  fit(dataset, config, onEvent) {
    this.#state.history = null;
    return this.#train({ ...config, from: (config.initialEpoch ?? 0) + 1 }, onEvent);
  }

  resume(dataset, { signal }, onEvent) {
    const { epoch, epochs } = this.#state.unfinished;
    return this.#train({ signal, from: epoch, epochs, before: this.#state.history.epochs }, onEvent);
  }

  async #train({ from, epochs = 1, signal, before = [] }, onEvent) {
    const done = (stopped) => (this.#state.history = { epochs: records, stopped, reading: "", notes: [], changes: [] });
    const records = [...before];
    this.#state.unfinished = null;
    await onEvent({ type: "start", device: { kind: this.device } });
    if (this.#state.frozen.length > 0) {
      const file = await onEvent({ type: "missing-features", name: FROZEN });
      await onEvent(file ? { type: "restored-features", name: FROZEN, bytes: file.size, refusal: orders.refused.includes("features") ? "they are of other pictures" : null } : { type: "features" });
    }
    for (let epoch = from; epoch <= epochs; epoch++) {
      if (orders.failAfter === epoch - 1) throw orders.error;
      await onEvent({ type: "step", epoch });
      if (signal?.aborted) {
        this.#state.unfinished = { epoch, epochs };
        return done("aborted");
      }
      this.#state.weight = trained(this.#state.weight, epoch);
      records.push({ epoch, loss: this.#state.weight / 2 ** 32, learning_rate: 0.001 });
      done("completed");
      const bytes = this.#file({ ...this.#state, unfinished: { epoch: epoch + 1, epochs } });
      await onEvent({ type: "epoch", record: records.at(-1) });
      if (epoch < epochs) await onEvent({ type: "file", path: "backup.tabfit", bytes, append: false, onlyIfEmpty: false });
    }
    return done("completed");
  }

  free() {
    if (!alive.delete(this)) throw new Error("a network was freed twice");
  }
}

export const preset = (name, imageSize, classes) => ({ imageSize, layers: [name, "flatten", `dense ${classes}`] });
/** Both files one after the other, so that each of them changes what comes of it. */
export const joinCheckpoint = (checkpoint, frozen) => Uint8Array.of(...checkpoint, ...frozen);
export const startWorkers = async (start, threads) => {
  if (orders.refused.includes("threads")) throw named("DeviceError", "The browser starts no more workers.");
  return threads;
};
const nothing = () => {};
export const [setDecoders, setConverter, setFormats, setPretrained] = [nothing, nothing, nothing, nothing];
export const [Dataset, ImageFolder, ZipFolder, gpuInfo, historyCsv, kerasCode, onFatal, presets, reportGpuFault, serve, summarize, zipFiles] = [];
export default async () => ({ memory: null });
