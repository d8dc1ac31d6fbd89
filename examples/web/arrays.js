/** Trains on arrays of pixels, keeps the network and opens it again; the worker of arrays.html. */

import init, { Dataset, Sequential, startWorkers } from "../../pkg/tabfit.js";

const classNames = ["disc", "square"];
const imageSize = 32;

async function train() {
  await init(); // loads the wasm, once
  await startWorkers(() => new Worker(new URL("../../pkg/worker.js", import.meta.url), { type: "module" })); // a thread for each core
  const dataset = Dataset.fromArrays({ ...draw(200), classNames, imageSize, test: draw(40) });
  const network = await Sequential.create("small", dataset); // on the GPU if there is a real one
  network.compile({ optimizer: { type: "adam", learningRate: 0.002 }, metrics: ["accuracy"] });
  await network.fit(dataset, { epochs: 15, validationSplit: 0.2 }, (event) => {
    if (event.type === "epoch") postMessage(event.record); // { epoch, loss, accuracy, val_loss, … }
  });
  postMessage(await network.evaluate(dataset)); // on the test pictures

  const file = await network.save(); // the bytes of a .tabfit file, to download or to store
  const opened = await Sequential.load(file);
  const { images, labels } = draw(1);
  postMessage({ truth: classNames[labels[0]], trained: await network.predict(images), opened: await opened.predict(images) });
}

// Park and Miller's random number generator, so that the pictures are the same in every run.
let state = 1;
const random = () => (state = (state * 16807) % 2147483647) / 2147483647;

/** RGBA pictures of shapes with random position, size and colour, so that only the outline tells the class. */
function draw(/** @type {number} */ count) {
  const images = new Uint8ClampedArray(count * imageSize * imageSize * 4);
  const labels = Array.from({ length: count }, () => Math.floor(random() * classNames.length));
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (new OffscreenCanvas(imageSize, imageSize).getContext("2d"));
  labels.forEach((label, i) => {
    const radius = 6 + 6 * random();
    const [x, y] = [0, 1].map(() => radius + (imageSize - 2 * radius) * random());
    context.fillStyle = "black";
    context.fillRect(0, 0, imageSize, imageSize);
    context.fillStyle = `hsl(${360 * random()} 80% 70%)`;
    context.beginPath();
    if (label === 0) context.arc(x, y, radius, 0, 2 * Math.PI);
    else context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    context.fill();
    images.set(context.getImageData(0, 0, imageSize, imageSize).data, i * imageSize * imageSize * 4);
  });
  return { images, labels };
}

train().catch((error) => postMessage({ error: String(error) })); // every error is a sentence for the person at the page
