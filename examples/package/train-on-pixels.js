/** Trains on pixels, scores the network on pictures that it has not seen, and asks it about one. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize, one } from "./shapes.js";

await init(); // loads the program, once
const dataset = Dataset.fromArrays({ ...draw(240), classNames, imageSize, test: draw(60) });
const network = await Sequential.create("small", dataset);
network.compile({ optimizer: { type: "adam", learningRate: 0.005 }, metrics: ["accuracy"] });
const { epochs } = await network.fit(dataset, { epochs: 12, validationSplit: 0.2 });
for (const { epoch, loss, val_accuracy } of epochs) console.log(`Epoch ${epoch}: loss ${loss?.toFixed(3)}, validation accuracy ${val_accuracy?.toFixed(2)}`);

const { accuracy } = await network.evaluate(dataset); // on the test pictures
console.log(`Of the test pictures, ${Math.round(accuracy * 100)} % are right.`);
const [best] = await network.predict(one(1));
console.log(`The picture shows a ${best?.className}.`);
