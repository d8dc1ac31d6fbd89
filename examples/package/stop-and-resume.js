/** Stops a run by an AbortSignal, keeps it as a file, and goes on with it later as if it had not been interrupted. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize } from "./shapes.js";

await init();
const dataset = Dataset.fromArrays({ ...draw(160), classNames, imageSize });
const network = await Sequential.create("small", dataset);
const stop = new AbortController();
const stopped = await network.fit(
  dataset,
  { epochs: 6, validationSplit: 0.25, seed: 3, signal: stop.signal },
  (event) => {
    if (event.type === "epoch" && event.record.epoch === 2) stop.abort(); // such as by a button
  },
);
console.log(`The run ended after ${stopped.epochs.length} epochs (${stopped.stopped}).`);

const file = await network.checkpoint(); // bytes to store
const later = await Sequential.load(file);
const { epochs } = await later.resume(dataset);

const whole = await (await Sequential.create("small", dataset)).fit(dataset, { epochs: 6, validationSplit: 0.25, seed: 3 });
const same = epochs.every(({ loss }, i) => loss === whole.epochs[i]?.loss);
console.log(`The resumed run has ${epochs.length} epochs, ${same ? "with the losses of" : "unlike"} a run that nobody stopped.`);
