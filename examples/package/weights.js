/** Reads the weights of networks as lists in Keras's order, and gives a network the mean of two others'. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize } from "./shapes.js";

await init();
const dataset = Dataset.fromArrays({ ...draw(120), classNames, imageSize });
const network = await Sequential.create("small", dataset);
await network.fit(dataset, { epochs: 4 });
const earlier = await network.getWeights();
for (const { name, shape, values } of earlier) console.log(`${name}: [${shape.join(", ")}], ${values.length} values`);

await network.fit(dataset, { epochs: 1 });
const later = await network.getWeights();
network.setWeights(later.map(({ shape, values }, i) => ({ shape, values: values.map((value, at) => (value + (earlier[i]?.values[at] ?? 0)) / 2) })));
const { accuracy } = await network.evaluate(dataset, "training");
console.log(`With the mean of both, ${Math.round(accuracy * 100)} % of the pictures are right.`);

try {
  network.setWeights(later.slice(1));
} catch (error) {
  console.log(String(error)); // a list that does not fit changes nothing
}
