/** Keras's callbacks as data: stops early, lowers the learning rate, and keeps the files that callbacks write. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize } from "./shapes.js";

await init();
const dataset = Dataset.fromArrays({ ...draw(160), classNames, imageSize });
const network = await Sequential.create("small", dataset);
/** @type {Map<string, Uint8Array>} */
const files = new Map();
const history = await network.fit(
  dataset,
  {
    epochs: 60,
    validationSplit: 0.25,
    callbacks: [
      { type: "EarlyStopping", monitor: "val_loss", minDelta: 0.01, patience: 4, restoreBestWeights: true },
      { type: "ReduceLROnPlateau", monitor: "val_loss", factor: 0.5, patience: 2 },
      { type: "ModelCheckpoint", filepath: "best.tabfit", monitor: "val_loss", saveBestOnly: true },
    ],
  },
  (event) => {
    if (event.type === "file" && event.bytes) files.set(event.path, event.bytes); // a page or a program stores them as it likes
  },
);
console.log(`The run ended after ${history.epochs.length} of 60 epochs (${history.stopped}).`);
console.log(history.notes.join("\n"));
const best = await Sequential.load(files.get("best.tabfit") ?? new Uint8Array());
console.log(`The best network answers for ${best.info.classNames.join(" and ")}.`);
