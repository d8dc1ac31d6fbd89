/** Scores a network class by class, looks at single answers, and sees which places of a picture speak for a class. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize, one } from "./shapes.js";

await init();
const dataset = Dataset.fromArrays({ ...draw(200), classNames, imageSize, test: draw(60) });
const network = await Sequential.create("small", dataset);
network.compile({ optimizer: { type: "adam", learningRate: 0.005 }, metrics: ["accuracy", "auc", { type: "F1Score", average: "macro" }] });
await network.fit(dataset, { epochs: 10 });

const { metrics, confusionMatrix, perClass, details } = await network.evaluate(dataset, "test", { details: true });
console.log(metrics);
console.log("Rows are the true classes:", confusionMatrix);
for (const { className, precision, recall } of perClass) console.log(`${className}: precision ${precision?.toFixed(2)}, recall ${recall?.toFixed(2)}`);
const sure = details?.probabilities.reduce((most, probability) => Math.max(most, probability), 0) ?? 0;
console.log(`The surest answer has the probability ${sure.toFixed(3)}.`);

const { rows, columns, values, layer } = await network.gradCam(one(1), "square");
const top = values.indexOf(Math.max(...values));
console.log(`By ${layer}, row ${Math.floor(top / columns) + 1} of ${rows} and column ${(top % columns) + 1} of ${columns} speak most for a square.`);
