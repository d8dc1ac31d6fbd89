/** A callback of one's own, which asks the network while it trains: Keras's `self.model`. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize, one } from "./shapes.js";

/** @import { Logs, RunHandle } from "tabfit" */

await init();
const dataset = Dataset.fromArrays({ ...draw(160), classNames, imageSize, test: draw(40) });
const picture = one(0);

class Watches {
  /** How sure the network is of one picture after each epoch. @type {number[]} */
  sure = [];

  async onEpochEnd(/** @type {number} */ epoch, /** @type {Logs} */ logs, /** @type {RunHandle} */ run) {
    const answers = await run.predict(picture);
    this.sure.push(answers.find(({ className }) => className === "disc")?.probability ?? 0);
    const { accuracy } = await run.evaluate(dataset, "test");
    const weights = await run.getWeights();
    const values = weights.reduce((sum, { values }) => sum + values.length, 0);
    console.log(`Epoch ${epoch}: loss ${logs["loss"]?.toFixed(3)}, test accuracy ${accuracy.toFixed(2)}, ${values} weights`);
    if (accuracy > 0.95) run.stopTraining = true;
  }
}

const watches = new Watches();
const network = await Sequential.create("small", dataset);
network.compile({ optimizer: { type: "adam", learningRate: 0.005 } });
const { stopped, epochs } = await network.fit(dataset, { epochs: 25, callbacks: [watches] });
console.log(`The run ended after ${epochs.length} epochs (${stopped}); the network was asked ${watches.sure.length} times.`);
