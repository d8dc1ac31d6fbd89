/** Starts from what EfficientNet-Lite0 knows of ImageNet: only a new last layer learns. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw } from "./shapes.js";

await init();
const { images, labels } = draw(48);
const dataset = Dataset.fromArrays({ images: larger(images), labels, classNames, imageSize: 32 });
let percent = 0;
const network = await Sequential.create("efficientnet-lite0", dataset, {
  onProgress: (loaded, total) => void (percent = Math.round((100 * loaded) / (total ?? loaded))), // of the file of weights
});
const { parameters, trainable } = network.info.summary;
console.log(`${percent} % of the weights came from the package; of ${parameters} parameters, ${trainable} learn.`);
const { epochs } = await network.fit(dataset, { epochs: 8, batchSize: 8 });
console.log(`The loss went from ${epochs[0]?.loss?.toFixed(3)} to ${epochs.at(-1)?.loss?.toFixed(3)}.`);

/** Pictures of 32 x 32 pixels: each pixel of 16 x 16 becomes four. */
function larger(/** @type {Uint8Array} */ small) {
  const [side, pixels] = [16, small.length / 3];
  const large = new Uint8Array(4 * small.length);
  for (let place = 0; place < 4 * pixels; place++) {
    const [picture, row, column] = [Math.floor(place / (4 * side * side)), Math.floor(place / (2 * side)) % (2 * side), place % (2 * side)];
    const from = picture * side * side + Math.floor(row / 2) * side + Math.floor(column / 2);
    large.set(small.subarray(3 * from, 3 * from + 3), 3 * place);
  }
  return large;
}
