/** The contender tabfit, with `fit` as its page uses it. */

import { contend } from "./contend.js";
import { CLASSES, pictures, picturesByClass, weightsFile } from "./inputs.js";
import init, { Dataset, onFatal, preset, reportGpuFault, Sequential, startWorkers } from "/tabfit.js";

/** Keras's own. */
const RATE = 0.001;

let network, dataset, batchSize, asThePage;

/** Without shuffling, because every contender must see the same batches. The weights have no dropout for the same reason. */
const config = () => ({ batchSize, shuffle: asThePage, seed: 1, validationSplit: 0 });

/** The layers without dropout, which each library draws in its own way, and with none of them frozen. */
const trained = (layers) => layers.filter(({ type }) => type !== "Dropout").map(({ trainable: _, ...layer }) => {
  for (const inner of ["layers", "shortcut"]) if (layer[inner]) layer[inner] = trained(layer[inner]);
  return layer;
});

contend({
  async open(settings) {
    ({ batchSize, asThePage = false } = settings);
    const plain = settings.plain && await WebAssembly.compileStreaming(fetch("/cpu/tabfit_plain_bg.wasm"));
    await init({ device: settings.device, ...(plain && { module: plain }) });
    globalThis.gpuCounters.onFault = reportGpuFault;
    onFatal((message) => self.postMessage({ fatal: message }));
    const makeHelper = () => new Worker("/js/helper.js", { type: "module" });
    const threads = await startWorkers(makeHelper, settings.allThreads ? navigator.hardwareConcurrency : 1);
    const file = { name: "model.safetensors", bytes: await weightsFile(settings) };
    network = await Sequential.import([file], settings.device);
    network.compile({ optimizer: { type: "adam", learningRate: settings.rate ?? RATE } });
    const { images, labels } = asThePage ? await picturesByClass(settings) : await pictures(settings);
    dataset = Dataset.fromArrays({ images, labels, classNames: CLASSES, imageSize: settings.imageSize });
    const { name, fallback } = network.info.device;
    return { name: threads > 1 ? `${name}, ${threads} threads` : name, fallback, threads };
  },

  /** Each epoch is one step, because a "batch" event has the mean of its epoch so far, not the loss of its batch. */
  async losses(most, go) {
    const abort = new AbortController();
    const hear = (event) => {
      if (event.type === "epoch" && !go(event.record.loss)) abort.abort();
    };
    await network.fit(dataset, { ...config(), epochs: most, stepsPerEpoch: 1, signal: abort.signal }, hear);
  },

  /** One whole epoch, in which tabfit also reads the loss about four times a second. */
  async train(steps) {
    await network.fit(dataset, { ...config(), epochs: 1, stepsPerEpoch: steps });
  },

  more: {
    /** The layers of the network that every contender starts from, and its files, in base64, because only JSON gets out of a page. */
    async makeNetwork({ imageSize, network = "bench", formats }) {
      await init({ device: "cpu" });
      const layers = trained(preset(network, imageSize, CLASSES.length).layers);
      const made = await Sequential.create({ imageSize, layers }, CLASSES, "cpu", 1);
      const files = [];
      for (const format of formats) {
        const [{ bytes }] = await made.export(format);
        let text = "";
        for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
        files.push(btoa(text));
      }
      return { layers, files };
    },
  },
});
