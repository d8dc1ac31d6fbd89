/** Asks a network about many pictures at once, with progress, and ends such a call by an AbortSignal. */

import init, { Dataset, Sequential } from "tabfit";
import { classNames, draw, imageSize } from "./shapes.js";

await init();
const dataset = Dataset.fromArrays({ ...draw(160), classNames, imageSize });
const network = await Sequential.create("small", dataset);
network.compile({ optimizer: { type: "adam", learningRate: 0.005 } });
await network.fit(dataset, { epochs: 10, validationSplit: 0.25 });
await network.remember(dataset); // from now on each answer says how unlike the training pictures a picture is

const { images } = draw(40);
const bytes = imageSize * imageSize * 3;
const pictures = Array.from({ length: 40 }, (_, i) => images.subarray(i * bytes, (i + 1) * bytes));
const noise = Uint8Array.from({ length: bytes }, (_, i) => (i * 7919) % 256);
const unreadable = new Uint8Array(5);
const answers = await network.predict([...pictures, noise, unreadable], { onProgress: (done, total) => console.log(`${done} of ${total}`) });
const right = answers.filter(({ predictions }, i) => i < 40 && predictions[0]?.className === classNames[i % 2]).length;
console.log(`${right} of 40 are right. Noise is ${answers[40]?.unlike?.toFixed(1)} times as unlike as a picture may be.`);
console.log(answers[41]?.error);

const ended = await network.predict(pictures, { signal: AbortSignal.abort() }).catch((/** @type {Error} */ { name }) => name);
console.log(`A call that was ended rejects with an ${ended}.`);
