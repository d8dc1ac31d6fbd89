/** Trains on a picked folder and answers about pictures; the worker of folder.html. */

import init, { Dataset, Sequential, startWorkers } from "../../pkg/tabfit.js";

/** @import { FolderEntry } from "../../pkg/tabfit.js" */

/** @type {Sequential} */
let network;

/** @param {FolderEntry[]} files */
async function train(files) {
  await init(); // loads the wasm, once
  await startWorkers(() => new Worker(new URL("../../pkg/worker.js", import.meta.url), { type: "module" })); // a thread for each core
  const dataset = await Dataset.fromFolder(files, { imageSize: 32 });
  postMessage(dataset.summary); // classes, counts, and what was skipped and why
  network = await Sequential.create("small", dataset); // on the GPU if there is a real one
  network.compile({ optimizer: "adam", metrics: ["accuracy"] });
  await network.fit(dataset, { epochs: 20, validationSplit: 0.2 }, (event) => {
    if (event.type === "epoch") postMessage(event.record); // { epoch, loss, accuracy, val_loss, … }
  });
  postMessage(await network.evaluate(dataset)); // on the test pictures, or those held out
}

self.onmessage = async ({ data: { files, picture } }) => {
  try {
    if (files) await train(files);
    else postMessage(await network.predict(picture)); // [{ className, probability }, …]
  } catch (error) {
    postMessage({ error: String(error) }); // every error is a sentence for the person at the page
  }
};
